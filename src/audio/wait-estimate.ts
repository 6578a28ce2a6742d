import { FRAME_MS } from './frame.ts';

/** Disorder is remembered for one to two of these: long enough to see it again, short enough to let go of it. */
const SLICE_MS = 5000;
/** The next one may come a little later than the worst so far. */
const HEADROOM = 1.25;

/**
 * How long a gap is worth waiting for: the longest that a packet lately came behind those that it should
 * have come before, and a quarter more. It grows with the first packet that came too late, and goes back
 * to its least within ten seconds of a link that has calmed down.
 *
 * The largest of a sliding window, after the "peak detection" of NetEQ's delay manager; disorder is the
 * only delay that matters here, since nothing is played and a late packet that is in order holds up none.
 */
export class WaitEstimate {
	readonly #leastMs: number;
	readonly #mostMs: number;
	#sliceBeganMs = Number.NEGATIVE_INFINITY;
	#worstMs = 0;
	#worstBeforeMs = 0;

	constructor(leastMs: number, mostMs: number) {
		this.#leastMs = leastMs;
		this.#mostMs = mostMs;
	}

	/** A packet came `behindMs` after one that should have come later. */
	observe(behindMs: number, nowMs: number): void {
		this.#advance(nowMs);
		this.#worstMs = Math.max(this.#worstMs, behindMs);
	}

	waitMs(nowMs: number): number {
		this.#advance(nowMs);
		const worstMs = Math.max(this.#worstMs, this.#worstBeforeMs);
		const neededMs = worstMs === 0 ? 0 : worstMs * HEADROOM + FRAME_MS;
		return Math.max(this.#leastMs, Math.min(neededMs, this.#mostMs));
	}

	#advance(nowMs: number): void {
		const elapsedMs = nowMs - this.#sliceBeganMs;
		if (!(elapsedMs >= SLICE_MS) || nowMs === Number.POSITIVE_INFINITY) return;
		this.#worstBeforeMs = elapsedMs < 2 * SLICE_MS ? this.#worstMs : 0;
		this.#worstMs = 0;
		this.#sliceBeganMs = nowMs;
	}
}
