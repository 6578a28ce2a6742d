import { FRAME_MS } from './frame.ts';
import { type ReorderOptions, reorderOptions } from './reorder-options.ts';
import { WaitEstimate } from './wait-estimate.ts';

export * from './reorder-options.ts';

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

const DEFAULTS = reorderOptions.parse({});

/** A jump by more than this is a new stream (a reconnect, a new encoder), not a loss to be made up. */
const LARGEST_GAP = 50;

/** No link is waited for with more than this: a burst behind a gap must not take memory without bound. */
const MOST_WAITING = 64;

/** Signed distance from `from` to `to` on the circle of 16-bit sequence numbers: −32768…32767. */
export const sequenceDistance = (from: number, to: number): number => ((to - from + 0x8000) & 0xffff) - 0x8000;

/**
 * The jitter buffer: puts packets back in order, leaves out duplicates, and says which are lost.
 *
 * Nothing is played here, so a packet that is next in order leaves at once and a clean link is not
 * delayed at all; only what stands behind a gap waits, for `depth` packets or `maxWaitMs`. Both grow with
 * the disorder that the link shows, up to `adaptiveWaitMs`, and shrink back ({@link WaitEstimate}).
 */
export class ReorderBuffer {
	readonly #options: ReorderOptions;
	readonly #waiting = new Map<number, SequencedPacket>();
	/** Far behind what is next: the first of a stream that began anew, unless the present one goes on. */
	readonly #apart = new Map<number, SequencedPacket>();
	#strays = 0;
	/**
	 * The sequence numbers before what is next, to tell a duplicate from a late packet; those that were given up with
	 * the time when the first packet behind the gap arrived.
	 */
	readonly #past = new Map<number, number | 'arrived'>();
	readonly #wait: WaitEstimate;
	#expected: number | undefined;

	constructor(options: Partial<ReorderOptions> = {}) {
		const maxWaitMs = options.maxWaitMs ?? DEFAULTS.maxWaitMs;
		// Whoever asks for a longer wait than the adaptive one gets it.
		const adaptiveWaitMs = options.adaptiveWaitMs ?? Math.max(DEFAULTS.adaptiveWaitMs, maxWaitMs);
		this.#options = reorderOptions.parse({ ...options, adaptiveWaitMs });
		this.#wait = new WaitEstimate(maxWaitMs, adaptiveWaitMs);
	}

	/** Takes a packet as it arrives. Call {@link pull} afterwards. */
	push(packet: SequencedPacket): Arrival {
		this.#expected ??= packet.sequence;
		if (this.#waiting.has(packet.sequence) || this.#apart.has(packet.sequence)) return 'duplicate';
		const ahead = sequenceDistance(this.#expected, packet.sequence);
		// Just behind is late; far behind is a stream that began anew, or more than a second late.
		if (ahead < -LARGEST_GAP) {
			this.#apart.set(packet.sequence, packet);
			return 'accepted';
		}
		if (ahead < 0) {
			const missedSinceMs = this.#past.get(packet.sequence);
			if (missedSinceMs === 'arrived') return 'duplicate';
			if (missedSinceMs !== undefined) this.#wait.observe(packet.arrivalMs - missedSinceMs, packet.arrivalMs);
			// A second copy of it is a duplicate.
			this.#recall(packet.sequence, 'arrived');
			return 'late';
		}
		if (ahead <= LARGEST_GAP) {
			this.#strays += this.#apart.size;
			this.#apart.clear();
		}
		// How far behind those that it should have come before; −∞ if there are none, which changes nothing.
		if (this.#waiting.size > 0) this.#wait.observe(packet.arrivalMs - this.#firstBehind(ahead), packet.arrivalMs);
		this.#waiting.set(packet.sequence, packet);
		return 'accepted';
	}

	/** All that may leave at `nowMs`, in order. Call it after each push, and now and then without one. */
	pull(nowMs: number): Ordered[] {
		const ordered: Ordered[] = [];
		if (this.#apart.size > 0 && this.#isOverdue(this.#apart, nowMs)) {
			for (const [sequence, packet] of this.#apart) this.#waiting.set(sequence, packet);
			this.#apart.clear();
		}
		while (this.#waiting.size > 0) {
			const expected = this.#expected as number;
			const next = this.#waiting.get(expected);
			if (next) {
				ordered.push(this.#release(next, false));
				continue;
			}
			if (!this.#isOverdue(this.#waiting, nowMs)) break;
			const head = this.#nearest();
			const oldestMs = oldestArrival(this.#waiting);
			const gap = sequenceDistance(expected, head.sequence);
			if (gap < 0 || gap > LARGEST_GAP) {
				ordered.push(this.#release(head, true));
				continue;
			}
			for (let lost = 0; lost < gap; lost++) {
				ordered.push({ kind: 'lost' });
				this.#recall((expected + lost) & 0xffff, oldestMs);
			}
			this.#expected = head.sequence;
		}
		return ordered;
	}

	/** How many packets wait behind a gap, or for what comes after them. */
	get size(): number {
		return this.#waiting.size + this.#apart.size;
	}

	/** @returns how many packets that were accepted have turned out to be late, since it was asked last */
	takeStrays(): number {
		const strays = this.#strays;
		this.#strays = 0;
		return strays;
	}

	#isOverdue(packets: ReadonlyMap<number, SequencedPacket>, nowMs: number): boolean {
		return packets.size >= this.#depth(nowMs) || nowMs - oldestArrival(packets) >= this.#wait.waitMs(nowMs);
	}

	/** As many as may come in the time that a gap is waited for. */
	#depth(nowMs: number): number {
		const { depth, maxWaitMs } = this.#options;
		const moreMs = this.#wait.waitMs(nowMs) - maxWaitMs;
		return Math.min(MOST_WAITING, depth + Math.ceil(moreMs / FRAME_MS));
	}

	#release(packet: SequencedPacket, restarted: boolean): Ordered {
		this.#waiting.delete(packet.sequence);
		this.#expected = (packet.sequence + 1) & 0xffff;
		this.#recall(packet.sequence, 'arrived');
		return { kind: 'packet', packet, restarted };
	}

	#recall(sequence: number, fate: number | 'arrived'): void {
		this.#past.set(sequence, fate);
		if (this.#past.size > LARGEST_GAP) this.#past.delete(this.#past.keys().next().value as number);
	}

	/** When the first of the waiting packets arrived that stand behind the one that is `ahead` of what is next. */
	#firstBehind(ahead: number): number {
		let firstMs = Number.POSITIVE_INFINITY;
		for (const { sequence, arrivalMs } of this.#waiting.values()) {
			if (sequenceDistance(this.#expected as number, sequence) > ahead) firstMs = Math.min(firstMs, arrivalMs);
		}
		return firstMs;
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
}

function oldestArrival(packets: ReadonlyMap<number, SequencedPacket>): number {
	let oldest = Number.POSITIVE_INFINITY;
	for (const packet of packets.values()) oldest = Math.min(oldest, packet.arrivalMs);
	return oldest;
}
