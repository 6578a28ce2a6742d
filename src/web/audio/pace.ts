/** Audio that time lets through: more than real time, as clocks drift and networks stall. */
const RATE = 1.5;
/** Audio that may come ahead of time. */
const BURST_MS = 10_000;
/** The shortest frame of Opus: a message that holds less costs as much. */
const LEAST_MS = 2.5;

/** Keeps a sender to about real time: a token bucket of milliseconds of audio. */
export class Pace {
	#left = BURST_MS;
	#at: number;

	constructor(now: number) {
		this.#at = now;
	}

	/** @param ms of audio in one message. @returns whether there is room for it */
	take(ms: number, now: number): boolean {
		this.#left = Math.min(BURST_MS, this.#left + (now - this.#at) * RATE);
		this.#at = now;
		const cost = Math.max(ms, LEAST_MS);
		if (cost > this.#left) return false;
		this.#left -= cost;
		return true;
	}
}
