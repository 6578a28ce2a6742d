/** Nobody has been heard for this long, though somebody speaks. */
const NOBODY_HEARD_MS = 5000;
/** Between two renewals that did not help, doubled from one to the next. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

/** What a new connection may help against. */
export type RenewalReason = 'encryption' | 'no-packets' | 'transport';

/**
 * Decides when a connection that stands, and on which nobody is heard, is worth a new one. While anybody is
 * heard it is not: a new one silences everyone for a moment.
 */
export class Renewals {
	#heardMs = Number.NEGATIVE_INFINITY;
	#last: { readonly reason: RenewalReason; readonly atMs: number } | undefined;
	#pauseMs = FIRST_PAUSE_MS;

	/** Somebody is heard. */
	heard(nowMs: number): void {
		this.#heardMs = nowMs;
	}

	/** @returns what to do about members who speak in vain; `abandon` where a new connection did not mend the encryption */
	step(reason: RenewalReason, nowMs: number): 'none' | 'renew' | 'abandon' {
		if (nowMs - this.#heardMs < NOBODY_HEARD_MS) return 'none';
		const inVain = this.#last !== undefined && this.#last.atMs > this.#heardMs;
		if (inVain && reason === 'encryption' && this.#last?.reason === reason) return 'abandon';
		if (!inVain) this.#pauseMs = FIRST_PAUSE_MS;
		if (this.#last && nowMs - this.#last.atMs < this.#pauseMs) return 'none';
		if (inVain) this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
		this.#last = { reason, atMs: nowMs };
		return 'renew';
	}
}
