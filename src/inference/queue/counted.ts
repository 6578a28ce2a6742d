import {
	type DropCause,
	type InferenceOutcome,
	type InferenceQueue,
	reasonOf,
	type SubmitOptions,
	type Utterance,
} from '../../domain/index.ts';
import type { ObservableQueue, QueueStats } from './stats.ts';

/** Counts what goes through somebody else's queue. Disposing of it leaves that one open: it is theirs to close. */
export class CountedQueue implements ObservableQueue {
	readonly #queue: InferenceQueue;
	readonly #dropped: Record<DropCause, number> = { cancelled: 0, expired: 0, full: 0, failed: 0 };
	#submitted = 0;
	#classified = 0;

	constructor(queue: InferenceQueue) {
		this.#queue = queue;
	}

	get depth(): number {
		return this.#queue.depth;
	}

	async submit(utterance: Utterance, options?: SubmitOptions): Promise<InferenceOutcome> {
		this.#submitted++;
		const outcome = await this.#queue.submit(utterance, options).catch((error: unknown): InferenceOutcome => {
			// A queue of ours never rejects; one that does loses this utterance and no more.
			return { status: 'dropped', cause: 'failed', reason: reasonOf(error) };
		});
		if (outcome.status === 'classified') this.#classified++;
		else this.#dropped[outcome.cause]++;
		return outcome;
	}

	drain(signal?: AbortSignal): Promise<void> {
		return this.#queue.drain(signal);
	}

	/** What was submitted twice is not known to us, nor what was shortened. */
	stats(): QueueStats {
		const [submitted, classified] = [this.#submitted, this.#classified];
		const dropped = { ...this.#dropped };
		const answered = classified + Object.values(dropped).reduce((sum, count) => sum + count, 0);
		return { depth: submitted - answered, submitted, duplicates: 0, classified, thinned: 0, dropped };
	}

	async [Symbol.asyncDispose](): Promise<void> {}
}
