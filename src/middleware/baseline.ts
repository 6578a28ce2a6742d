/** The prior has the weight of a minute of speech. */
const PRIOR_SECONDS = 60;
/** Speech further back than this counts exponentially less: what is usual changes, but slowly. */
const MEMORY_SECONDS = 600;

interface Share {
	/** Speech that still counts. */
	readonly seconds: number;
	/** Value times seconds, summed. */
	readonly total: number;
}

/**
 * What is usual in a session: the mean of something over all speech, a slow one. The prior lets a quarrel
 * stand out with which a session begins; what there is all the time the mean comes to within minutes.
 */
export class Baseline {
	readonly #assumed: number;
	#prior: Share;
	/** By speaker, so that one can be taken out. */
	#speakers = new Map<string, Share>();

	/** @param assumed what it is before anyone has spoken, 0…1 */
	constructor(assumed: number) {
		this.#assumed = assumed;
		this.#prior = { seconds: PRIOR_SECONDS, total: assumed * PRIOR_SECONDS };
	}

	/** 0…1 */
	get mean(): number {
		const { seconds, total } = this.#sum();
		return total / seconds;
	}

	/** @param value of this stretch of speech, 0…1 */
	add(speakerId: string, value: number, seconds: number): void {
		const added = Math.min(seconds, MEMORY_SECONDS);
		const excess = this.#sum().seconds + added - MEMORY_SECONDS;
		if (excess > 0) this.#fade(1 - excess / this.#sum().seconds);
		const share = this.#speakers.get(speakerId) ?? { seconds: 0, total: 0 };
		this.#speakers.set(speakerId, { seconds: share.seconds + added, total: share.total + value * added });
	}

	forget(speakerId: string): void {
		this.#speakers.delete(speakerId);
		// What is left may be next to nothing, and the next to speak should not become the measure at once.
		const missing = Math.max(0, PRIOR_SECONDS - this.#sum().seconds);
		this.#prior = {
			seconds: this.#prior.seconds + missing,
			total: this.#prior.total + this.#assumed * missing,
		};
	}

	#sum(): Share {
		let { seconds, total } = this.#prior;
		for (const share of this.#speakers.values()) {
			seconds += share.seconds;
			total += share.total;
		}
		return { seconds, total };
	}

	#fade(factor: number): void {
		const faded = ({ seconds, total }: Share): Share => ({ seconds: seconds * factor, total: total * factor });
		this.#prior = faded(this.#prior);
		this.#speakers = new Map([...this.#speakers].map(([speakerId, share]) => [speakerId, faded(share)]));
	}
}
