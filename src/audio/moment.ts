/** By how much the sender's clock is behind the session's; it may become known better as more arrives. */
export interface Delay {
	readonly delayMs: number;
}

/**
 * A time that is settled when it is read, not when it is noted: what a packet's delay has to say about
 * when its words were spoken is only clear once the packets after it have arrived.
 */
export class Moment {
	readonly #clock: Delay;
	readonly #mediaMs: number;

	/** @param mediaMs position by the sender's clock */
	constructor(clock: Delay, mediaMs: number) {
		this.#clock = clock;
		this.#mediaMs = mediaMs;
	}

	/** Milliseconds since the start of the session, as far as is known by now. */
	get ms(): number {
		return Math.round(this.#mediaMs + this.#clock.delayMs);
	}

	plus(ms: number): Moment {
		return new Moment(this.#clock, this.#mediaMs + ms);
	}
}

/** The beginning of a stream that has no clock but its own samples. */
export const BEGINNING = new Moment({ delayMs: 0 }, 0);
