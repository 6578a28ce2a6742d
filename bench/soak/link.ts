import { ReorderBuffer } from '../../src/audio/index.ts';
import { cleanNetwork, type NetworkPolicy } from '../../src/sim/index.ts';
import { nowMs } from './clock.ts';

/** As often as a voice session lets time pass. */
const TICK_MS = 100;

interface Arrival {
	readonly ssrc: number;
	readonly sequence: number;
	readonly timestamp: number;
	readonly arrivalMs: number;
}

/**
 * The link from the voice server to the bot: does to packets what the network does, counts them, and
 * notes when they will arrive, to see what the jitter buffer adds to that.
 */
export class Link {
	readonly #faults: NetworkPolicy;
	readonly #counts = new Map<string, number>();
	readonly #arrivals: Arrival[] = [];
	readonly #most: number;

	/** @param most arrivals to be noted */
	constructor(faults: NetworkPolicy = cleanNetwork, most = 200_000) {
		this.#faults = faults;
		this.#most = most;
	}

	/** For packets to `botId`; all others arrive as they are. */
	policyFor(botId: string): NetworkPolicy {
		return (packet) => {
			if (packet.receiverId !== botId) return cleanNetwork(packet);
			this.#counts.set(packet.senderId, this.given(packet.senderId) + 1);
			const deliveries = this.#faults(packet);
			const { ssrc, sequence, timestamp } = packet;
			for (const { delayMs, corrupt } of deliveries) {
				if (corrupt !== undefined || this.#arrivals.length >= this.#most) continue;
				this.#arrivals.push({ ssrc, sequence, timestamp, arrivalMs: nowMs() + delayMs });
			}
			return deliveries;
		};
	}

	/** Packets of a member that were put on it, lost ones included. */
	given(memberId: string): number {
		return this.#counts.get(memberId) ?? 0;
	}

	/** For each packet how long our jitter buffer, with its defaults, held it back; milliseconds. */
	addedDelaysMs(): number[] {
		return [...Map.groupBy(this.#arrivals, ({ ssrc }) => ssrc).values()].flatMap(heldBackMs);
	}
}

function heldBackMs(arrivals: readonly Arrival[]): number[] {
	const buffer = new ReorderBuffer();
	const delays: number[] = [];
	const payload = new Uint8Array();
	const pull = (atMs: number): void => {
		for (const item of buffer.pull(atMs)) if (item.kind === 'packet') delays.push(atMs - item.packet.arrivalMs);
	};
	let tickMs = (arrivals[0]?.arrivalMs ?? 0) + TICK_MS;
	for (const packet of arrivals.toSorted((one, other) => one.arrivalMs - other.arrivalMs)) {
		for (; tickMs < packet.arrivalMs && buffer.size > 0; tickMs += TICK_MS) pull(tickMs);
		while (tickMs < packet.arrivalMs) tickMs += TICK_MS;
		buffer.push({ ...packet, payload });
		pull(packet.arrivalMs);
	}
	return delays;
}
