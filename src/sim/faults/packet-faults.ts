import type { World } from '../model/index.ts';
import { cleanNetwork, type NetworkPolicy } from '../network/index.ts';
import { type Fault, RuleBook } from '../rules.ts';
import {
	dress,
	type HeaderExtension,
	type Stall,
	type StallOptions,
	type Stalls,
	type VoiceClient,
	type VoiceRegions,
	writeHeader,
} from '../voice/index.ts';
import { findTarget, type VoiceTarget } from './voice-target.ts';

export interface InjectedPacket {
	/** Any; one that nobody was told of is a forged one. */
	readonly ssrc: number;
	/** 16 bit. */
	readonly sequence: number;
	/** 32 bit, 48 kHz. */
	readonly timestamp: number;
	readonly payload: Buffer;
	/** 120, Discord's for Opus, by default. */
	readonly payloadType?: number;
	readonly extension?: HeaderExtension;
	/** 1 to 255. */
	readonly paddingBytes?: number;
}

export interface PacketFaultsContext {
	readonly world: World;
	readonly regions: VoiceRegions;
	readonly stalls: Stalls;
	readonly network: { policy: NetworkPolicy };
}

/** What can happen to RTP packets between the voice server and its clients. */
export class PacketFaults {
	readonly #context: PacketFaultsContext;
	readonly #shapes = new RuleBook<'extension' | 'padding'>();

	constructor(context: PacketFaultsContext) {
		this.#context = context;
	}

	/** Loss, duplicates, reordering, jitter and corruption, packet by packet: see `faultyNetwork`. */
	get policy(): NetworkPolicy {
		return this.#context.network.policy;
	}

	set policy(policy: NetworkPolicy) {
		this.#context.network.policy = policy;
	}

	/** Holds packets back, then lets them go in one burst or loses them. */
	stall(options: StallOptions = {}): Stall {
		return this.#context.stalls.begin(options);
	}

	/**
	 * The next packet that others get of `from` has these numbers, and those after it count on from
	 * them: 65,530 shows the wrap of the sequence number within a second.
	 *
	 * @throws SimulationError when the user is not connected to voice
	 */
	renumber(from: VoiceTarget, numbers: { readonly sequence?: number; readonly timestamp?: number }): void {
		this.#find(from).shape.renumber(numbers);
	}

	/** Adds an RTP header extension to every packet of `from`, for as long as its connection lasts. Its `hits` stay 0. */
	extend(from: VoiceTarget, extension: HeaderExtension): Fault {
		const { shape } = this.#find(from);
		shape.extension = extension;
		const onEnd = () => {
			shape.extension = undefined;
		};
		return this.#shapes.add('extension', { onEnd });
	}

	/** Adds RTP padding of 1 to 255 bytes to every packet of `from`; for the rest as {@link extend}. */
	pad(from: VoiceTarget, bytes: number): Fault {
		if (!(bytes >= 1 && bytes <= 255)) throw new RangeError(`RTP padding has 1 to 255 bytes, got ${bytes}`);
		const { shape } = this.#find(from);
		shape.paddingBytes = bytes;
		const onEnd = () => {
			shape.paddingBytes = 0;
		};
		return this.#shapes.add('padding', { onEnd });
	}

	/** Packets that are nothing but padding in the stream of `from`, with sequence numbers of their own. */
	insertPadding(from: VoiceTarget, count = 1, bytes = 255): void {
		const client = this.#find(from);
		for (let sent = 0; sent < count; sent++) this.#relayOf(client).pad(client, bytes);
	}

	/** Sends `to` a datagram as it is: garbage, too short, too long. */
	inject(to: VoiceTarget, datagram: Buffer): void {
		const client = this.#find(to);
		this.#relayOf(client).send(datagram, client);
	}

	/** Sends `to` an RTP packet under its own transport key, so that only what is inside is wrong. */
	injectRtp(to: VoiceTarget, packet: InjectedPacket): void {
		const client = this.#find(to);
		const header = { ...packet, clearBytes: 12 };
		const { clear, payload } = dress(header, writeHeader(packet, packet.payloadType), packet.payload, packet);
		this.#relayOf(client).inject(clear, payload, client);
	}

	/** A clean network again; stalls end as they were told to. Renumbering stays, as nothing else would be true to it. */
	clear(): void {
		this.policy = cleanNetwork;
		this.#context.stalls.endAll();
		this.#shapes.endAll();
	}

	#find(target: VoiceTarget): VoiceClient {
		return findTarget(target, this.#context.world, this.#context.regions);
	}

	#relayOf(client: VoiceClient) {
		return this.#context.regions.of(client.identity.guildId).relay;
	}
}
