/** Before anyone has spoken a session is taken to be calm, with the weight of a minute of speech. */
const PRIOR = { anger: 0.1, seconds: 60 } as const;
/** Speech further back than this counts exponentially less: what is usual changes, but slowly. */
const MEMORY_SECONDS = 600;

interface Share {
	/** Speech that still counts. */
	readonly seconds: number;
	/** Anger times seconds, summed. */
	readonly anger: number;
}

/**
 * What is usual in a session: mean anger of all speech, a slow one. The prior lets a quarrel stand out
 * with which a session begins; where anger is all there ever is, the mean comes to it within minutes.
 */
export class Baseline {
	#prior: Share = { seconds: PRIOR.seconds, anger: PRIOR.anger * PRIOR.seconds };
	/** By speaker, so that one can be taken out. */
	#speakers = new Map<string, Share>();

	/** 0…1 */
	get anger(): number {
		const { seconds, anger } = this.#total();
		return anger / seconds;
	}

	/** @param anger probability of anger in this stretch of speech, 0…1 */
	add(speakerId: string, anger: number, seconds: number): void {
		const added = Math.min(seconds, MEMORY_SECONDS);
		const excess = this.#total().seconds + added - MEMORY_SECONDS;
		if (excess > 0) this.#fade(1 - excess / this.#total().seconds);
		const share = this.#speakers.get(speakerId) ?? { seconds: 0, anger: 0 };
		this.#speakers.set(speakerId, { seconds: share.seconds + added, anger: share.anger + anger * added });
	}

	forget(speakerId: string): void {
		this.#speakers.delete(speakerId);
		// What is left may be next to nothing, and the next to speak should not become the measure at once.
		const missing = Math.max(0, PRIOR.seconds - this.#total().seconds);
		this.#prior = {
			seconds: this.#prior.seconds + missing,
			anger: this.#prior.anger + PRIOR.anger * missing,
		};
	}

	#total(): Share {
		return [this.#prior, ...this.#speakers.values()].reduce((sum, share) => ({
			seconds: sum.seconds + share.seconds,
			anger: sum.anger + share.anger,
		}));
	}

	#fade(factor: number): void {
		const faded = ({ seconds, anger }: Share): Share => ({ seconds: seconds * factor, anger: anger * factor });
		this.#prior = faded(this.#prior);
		this.#speakers = new Map([...this.#speakers].map(([speakerId, share]) => [speakerId, faded(share)]));
	}
}
