import {
	type Classifier,
	type InferenceOutcome,
	reasonOf,
	type SubmitOptions,
	type Utterance,
} from '../../domain/index.ts';
import { Batcher } from './batcher.ts';
import { Ledger } from './ledger.ts';
import type { ObservableQueue, QueueStats } from './stats.ts';
import type { Ticket } from './ticket.ts';

export interface EmbeddedQueueOptions {
	/** An utterance without a result after this is dropped as `expired`; `Infinity` for recordings. */
	readonly ttlMs: number;
	/** Utterances that may be under way; beyond it one that still waits is dropped as `full`. */
	readonly maxDepth: number;
	readonly maxBatch: number;
	readonly maxBatchWaitMs: number;
	/** Batches under way at the same time: one for each worker. */
	readonly concurrency: number;
	/** Answers that are remembered for ids submitted again. Default 1024. */
	readonly remember?: number;
}

/** The queue in this very process: no server, nothing leaves the memory. */
export class EmbeddedQueue implements ObservableQueue {
	readonly #maxDepth: number;
	readonly #ledger: Ledger;
	readonly #batcher: Batcher<Ticket>;

	/** @param classifier stays the caller's: the queue does not close it */
	constructor(classifier: Classifier, options: EmbeddedQueueOptions) {
		const { ttlMs, maxDepth, maxBatch, maxBatchWaitMs, concurrency, remember = 1024 } = options;
		this.#maxDepth = maxDepth;
		this.#batcher = new Batcher<Ticket>(classifier, {
			maxBatch,
			maxBatchWaitMs,
			concurrency,
			onClassified: (ticket, classification) => this.#ledger.classified(ticket, classification),
			onFailed: (ticket, error) => this.#ledger.drop(ticket, 'failed', reasonOf(error)),
		});
		this.#ledger = new Ledger({ ttlMs, maxDepth, remember, onAnswered: (ticket) => this.#batcher.remove(ticket) });
	}

	submit(utterance: Utterance, options: SubmitOptions = {}): Promise<InferenceOutcome> {
		const { ticket, answer } = this.#ledger.enter(utterance, options);
		if (ticket) this.#accept(ticket);
		return answer;
	}

	#accept(ticket: Ticket): void {
		if (this.#ledger.depth > this.#maxDepth) {
			// What is in a batch has had its share of the work.
			const victim = this.#ledger.leastUseful((waiting) => this.#batcher.isWaiting(waiting)) ?? ticket;
			this.#ledger.drop(victim, 'full', `More than ${this.#maxDepth} utterances were waiting.`);
			if (victim === ticket) return;
		}
		this.#batcher.add(ticket);
	}

	get depth(): number {
		return this.#ledger.depth;
	}

	stats(): QueueStats {
		return this.#ledger.stats();
	}

	drain(signal?: AbortSignal): Promise<void> {
		return this.#ledger.drain(signal);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#ledger[Symbol.dispose]();
		this.#batcher[Symbol.dispose]();
	}
}
