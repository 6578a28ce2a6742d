const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
/** Far more than there are members without an SSRC. */
const MOST_STRANGERS = 64;
/** Whoever has sent under an SSRC of their own within this time is nobody's stranger. */
const QUIET_MS = 500;

interface Stranger {
	pauseMs: number;
	nextMs: number;
}

/**
 * Streams that the server has told nobody's name of: its message (op 5) was lost, or comes later. Says when
 * it is worth trying whether one belongs to a member who may be heard and is not.
 */
export class Strangers {
	readonly #strangers = new Map<number, Stranger>();
	readonly #lastMs = new Map<string, number>();

	/** A packet of a member whose SSRC is known. */
	known(userId: string, nowMs: number): void {
		this.#lastMs.set(userId, nowMs);
	}

	/** Whose this stream may be: at longer and longer intervals those who are not heard otherwise, else nobody. */
	candidates(ssrc: number, heard: readonly string[], nowMs: number): string[] {
		const stranger = this.#strangers.get(ssrc) ?? { pauseMs: FIRST_PAUSE_MS, nextMs: nowMs };
		if (nowMs < stranger.nextMs) return [];
		stranger.nextMs = nowMs + stranger.pauseMs;
		stranger.pauseMs = Math.min(2 * stranger.pauseMs, LONGEST_PAUSE_MS);
		this.#strangers.set(ssrc, stranger);
		if (this.#strangers.size > MOST_STRANGERS) this.#strangers.delete(this.#strangers.keys().next().value as number);
		return heard.filter((userId) => nowMs - (this.#lastMs.get(userId) ?? Number.NEGATIVE_INFINITY) > QUIET_MS);
	}

	/** It is known whose this is. */
	found(ssrc: number): void {
		this.#strangers.delete(ssrc);
	}

	forget(userId: string): void {
		this.#lastMs.delete(userId);
	}

	clear(): void {
		this.#strangers.clear();
		this.#lastMs.clear();
	}
}
