import { DaveFaults, type DaveFaultsContext } from './dave-faults.ts';
import { GatewayFaults } from './gateway-faults.ts';
import { PacketFaults, type PacketFaultsContext } from './packet-faults.ts';
import { RestFaults, type RestFaultsContext } from './rest-faults.ts';
import { VoiceFaults, type VoiceFaultsContext } from './voice-faults.ts';

export type { TransitionOptions } from './dave-faults.ts';
export type { GatewayMessages, GatewayStep } from './gateway-faults.ts';
export type { InjectedPacket } from './packet-faults.ts';
export type { Refusal, RouteFilter } from './rest-faults.ts';
export type { SsrcChange, VoiceMessages, VoiceStep } from './voice-faults.ts';
export type { VoiceTarget } from './voice-target.ts';

/** Everything that can be made to go wrong. Faults that last are ended one by one, or all by {@link Faults.clear}. */
export class Faults {
	readonly packets: PacketFaults;
	readonly voice: VoiceFaults;
	readonly dave: DaveFaults;
	readonly gateway: GatewayFaults;
	readonly rest: RestFaults;
	readonly #clear: () => void;

	constructor(
		context: PacketFaultsContext & VoiceFaultsContext & DaveFaultsContext,
		gateway: ConstructorParameters<typeof GatewayFaults>,
		rest: RestFaultsContext,
	) {
		this.packets = new PacketFaults(context);
		this.voice = new VoiceFaults(context);
		this.dave = new DaveFaults(context);
		this.gateway = new GatewayFaults(...gateway);
		this.rest = new RestFaults(rest);
		this.#clear = () => {
			this.packets.clear();
			for (const book of [context.rules, gateway[1], rest.rules, rest.limits]) book.endAll();
		};
	}

	/** Ends every fault that lasts. Stalls end as they were told to; what was delayed still comes at its time. */
	clear(): void {
		this.#clear();
	}
}
