import { z } from 'zod';

/** A received packet with what its RTP header says. */
export interface SequencedPacket {
	/** RTP sequence number, 0…65535. */
	readonly sequence: number;
	/** RTP timestamp: samples at 48 kHz, 32 bit. */
	readonly timestamp: number;
	/** When it arrived, in milliseconds since the start of the session. */
	readonly arrivalMs: number;
	readonly payload: Uint8Array;
}

/** What leaves the buffer, in the order of speech. */
export type Ordered =
	| { readonly kind: 'packet'; readonly packet: SequencedPacket; readonly restarted: boolean }
	| { readonly kind: 'lost' };

export type Arrival = 'accepted' | 'late' | 'duplicate';

export const reorderOptions = z.strictObject({
	depth: z.int().min(1).max(50).default(5).describe('Packets that may wait behind a gap before it counts as lost.'),
	maxWaitMs: z
		.number()
		.min(0)
		.max(1000)
		.default(100)
		.describe('How long they may wait, for a gap that little comes after.'),
});
export type ReorderOptions = z.infer<typeof reorderOptions>;

/** A jump by more than this is a new stream (a reconnect, a new encoder), not a loss to be made up. */
const LARGEST_GAP = 50;

/** Signed distance from `from` to `to` on the circle of 16-bit sequence numbers: −32768…32767. */
export const sequenceDistance = (from: number, to: number): number => ((to - from + 0x8000) & 0xffff) - 0x8000;

/**
 * The jitter buffer: puts packets back in order, leaves out duplicates, and says which are lost.
 *
 * Nothing is played here, so a packet that is next in order leaves at once and a clean link is not
 * delayed at all; only what stands behind a gap waits, for `depth` packets or `maxWaitMs`.
 */
export class ReorderBuffer {
	readonly #options: ReorderOptions;
	readonly #waiting = new Map<number, SequencedPacket>();
	/** Sequence numbers that left lately, to tell a duplicate from a late packet. */
	readonly #recently = new Set<number>();
	#expected: number | undefined;

	constructor(options: Partial<ReorderOptions> = {}) {
		this.#options = reorderOptions.parse(options);
	}

	/** Takes a packet as it arrives. Call {@link pull} afterwards. */
	push(packet: SequencedPacket): Arrival {
		if (this.#expected === undefined) {
			this.#expected = packet.sequence;
			this.#waiting.set(packet.sequence, packet);
			return 'accepted';
		}
		if (this.#waiting.has(packet.sequence)) return 'duplicate';
		const ahead = sequenceDistance(this.#expected, packet.sequence);
		// Just behind is late; far behind is a stream that began anew.
		if (ahead < 0 && ahead >= -LARGEST_GAP) return this.#recently.has(packet.sequence) ? 'duplicate' : 'late';
		this.#waiting.set(packet.sequence, packet);
		return 'accepted';
	}

	/** All that may leave at `nowMs`, in order. Call it after each push, and now and then without one. */
	pull(nowMs: number): Ordered[] {
		const ordered: Ordered[] = [];
		while (this.#waiting.size > 0 && this.#expected !== undefined) {
			const next = this.#waiting.get(this.#expected);
			if (next) {
				ordered.push(this.#release(next, false));
				continue;
			}
			const head = this.#nearest();
			const overdue =
				this.#waiting.size >= this.#options.depth || nowMs - this.#oldestArrival() >= this.#options.maxWaitMs;
			if (!overdue) break;
			const gap = sequenceDistance(this.#expected, head.sequence);
			if (gap < 0 || gap > LARGEST_GAP) {
				ordered.push(this.#release(head, true));
				continue;
			}
			for (let lost = 0; lost < gap; lost++) ordered.push({ kind: 'lost' });
			this.#expected = head.sequence;
		}
		return ordered;
	}

	/** How many packets wait behind a gap. */
	get size(): number {
		return this.#waiting.size;
	}

	#release(packet: SequencedPacket, restarted: boolean): Ordered {
		this.#waiting.delete(packet.sequence);
		this.#expected = (packet.sequence + 1) & 0xffff;
		if (restarted) this.#recently.clear();
		this.#recently.add(packet.sequence);
		if (this.#recently.size > LARGEST_GAP) this.#recently.delete(this.#recently.values().next().value as number);
		return { kind: 'packet', packet, restarted };
	}

	#nearest(): SequencedPacket {
		let nearest: SequencedPacket | undefined;
		let shortest = Number.POSITIVE_INFINITY;
		for (const packet of this.#waiting.values()) {
			const ahead = sequenceDistance(this.#expected as number, packet.sequence);
			// What lies ahead comes before what belongs to a stream that began anew.
			const rank = ahead >= 0 ? ahead : ahead + 0x10000;
			if (rank < shortest) {
				shortest = rank;
				nearest = packet;
			}
		}
		return nearest as SequencedPacket;
	}

	#oldestArrival(): number {
		let oldest = Number.POSITIVE_INFINITY;
		for (const packet of this.#waiting.values()) oldest = Math.min(oldest, packet.arrivalMs);
		return oldest;
	}
}
