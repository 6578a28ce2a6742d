const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;

/**
 * Caps how often a connection may be tried anew, and spaces the attempts. Left alone, @discordjs/voice
 * rejoins after a refusal such as 4017 for ever, a hundred times a second.
 */
export class RejoinBudget {
	readonly #attempts: number[] = [];
	readonly #most: number;
	readonly #windowMs: number;

	constructor(most = 6, windowMs = 60_000) {
		this.#most = most;
		this.#windowMs = windowMs;
	}

	/** @returns how long to wait before the next attempt, or `undefined` when there may be none */
	next(nowMs: number): number | undefined {
		while (this.#attempts.length > 0 && nowMs - (this.#attempts[0] as number) > this.#windowMs) this.#attempts.shift();
		if (this.#attempts.length >= this.#most) return undefined;
		this.#attempts.push(nowMs);
		return Math.min(FIRST_WAIT_MS * 2 ** (this.#attempts.length - 1), LONGEST_WAIT_MS);
	}
}
