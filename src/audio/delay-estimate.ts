import type { Delay } from './moment.ts';

/** Crystals keep to a hundredth of this; clocks that software keeps may be off by 1 %. */
const STEEPEST_DRIFT = 0.015;
/** A delay that falls by this share of how long the first packet was awaited says that packets stood in a queue. */
const QUEUED_SHARE = 0.25;
/** Jitter and swapped packets stay below; no queue needs to drain further to be seen as one. */
const LEAST_QUEUED_MS = 60;
const MOST_QUEUED_MS = 200;
const SLICE_MS = 2000;

/** How far a delay may drift while `ms` go by. */
export const driftIn = (ms: number): number => ms * STEEPEST_DRIFT;

/**
 * The delay of some two seconds of one stream: the least of any packet's, since a network only ever
 * adds to it (minimum filter, as in RFC 5905 §10 for clocks). From slice to slice it changes no faster than
 * clocks drift, so that a slice which stood in a queue as a whole is timed by its neighbours.
 */
export class DelayEstimate implements Delay {
	readonly #beganMs: number;
	readonly #boundMs: number;
	#isBound: boolean;
	#firstMs: number | undefined;
	#leastMs = Number.POSITIVE_INFINITY;
	/** Only forwards: what is over holds on to what is current, never the other way round. */
	#next: DelayEstimate | undefined;

	private constructor(beganMs: number, boundMs: number, isBound: boolean) {
		this.#beganMs = beganMs;
		this.#boundMs = boundMs;
		this.#isBound = isBound;
	}

	/** Of a stream of which nothing is known. */
	static unknown(mediaMs: number): DelayEstimate {
		return new DelayEstimate(mediaMs, Number.POSITIVE_INFINITY, false);
	}

	isOver(mediaMs: number): boolean {
		return mediaMs - this.#beganMs >= SLICE_MS;
	}

	/** The next slice of a stream that went on. */
	following(mediaMs: number): DelayEstimate {
		const next = new DelayEstimate(mediaMs, this.delayMs + driftIn(mediaMs - this.#beganMs), true);
		this.#next = next;
		return next;
	}

	/**
	 * What comes after packets that kept us waiting. If they stood in a queue, the delay will fall as it
	 * drains, and be what it was; if the sender had stopped without a word, it stays.
	 */
	afterGap(mediaMs: number): DelayEstimate {
		return new DelayEstimate(mediaMs, this.delayMs + driftIn(mediaMs - this.#beganMs), false);
	}

	observe(delayMs: number): void {
		this.#firstMs ??= delayMs;
		this.#leastMs = Math.min(this.#leastMs, delayMs);
		const waitedMs = (this.#firstMs - this.#boundMs) * QUEUED_SHARE;
		const queuedMs = Math.min(Math.max(waitedMs, LEAST_QUEUED_MS), MOST_QUEUED_MS);
		if (this.#firstMs - this.#leastMs >= queuedMs) this.#isBound = true;
	}

	get delayMs(): number {
		const own = this.#isBound ? this.lowestMs : this.#leastMs;
		return this.#next ? Math.min(own, this.#next.delayMs + driftIn(SLICE_MS)) : own;
	}

	/** The least that it may turn out to be, should this have been a queue. */
	get lowestMs(): number {
		return Math.min(this.#leastMs, this.#boundMs);
	}
}
