import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { DropCause, InferenceOutcome, InferenceQueue, SubmitOptions, Utterance } from '../../domain/index.ts';
import type { ObservableQueue } from '../../inference/index.ts';

/** Up to twice the default time to live. */
const SERVICE_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/** Sets a counter to a sum that somebody else keeps. */
function mirror<Label extends string>(
	counter: Counter<Label>,
	sums: readonly [Partial<Record<Label, string>>, number][],
) {
	counter.reset();
	for (const [labels, sum] of sums) counter.inc(labels, sum);
}

/** All of them, so that a rate is there before the first. */
const PARTIAL_OUTCOMES = Object.keys({
	classified: true,
	cancelled: true,
	expired: true,
	full: true,
	failed: true,
} satisfies Record<DropCause | 'classified', true>);

/** A queue whose books Prometheus can read. It stays the caller's: this does not close it. */
export class MeteredQueue implements InferenceQueue {
	readonly #queue: ObservableQueue;
	readonly #service: Histogram<'outcome'>;
	readonly #partials: Counter<'outcome'>;
	/** When each answer that is still to come was asked for, oldest first (`performance.now()`). */
	readonly #open = new Map<symbol, number>();

	constructor(queue: ObservableQueue, registry: Registry) {
		this.#queue = queue;
		const registers = [registry];
		this.#service = new Histogram({
			name: 'ses_queue_service_seconds',
			help: 'From the acceptance of an utterance to its answer; partial results are not among them.',
			labelNames: ['outcome'],
			buckets: SERVICE_S,
			registers,
		});
		for (const outcome of ['classified', 'dropped']) this.#service.zero({ outcome });
		this.#partials = new Counter({
			name: 'ses_partials_total',
			help: 'First impressions of utterances that were still open, by what became of them; cancelled: it ended first.',
			labelNames: ['outcome'],
			registers,
		});
		for (const outcome of PARTIAL_OUTCOMES) this.#partials.inc({ outcome }, 0);
		new Gauge({
			name: 'ses_queue_depth',
			help: 'Utterances that were accepted and not yet answered.',
			registers,
			collect() {
				this.set(queue.depth);
			},
		});
		const oldest = (): number => this.#oldestMs / 1000;
		new Gauge({
			name: 'ses_queue_oldest_seconds',
			help: 'Age of the oldest utterance that waits for its answer; 0 when none does.',
			registers,
			collect() {
				this.set(oldest());
			},
		});
		this.#mirrorBooks(registers);
	}

	#mirrorBooks(registers: Registry[]): void {
		const queue = this.#queue;
		new Counter({
			name: 'ses_queue_utterances_total',
			help: 'Utterances by how far they came; submitted is classified, dropped and the depth together.',
			labelNames: ['state'],
			registers,
			collect() {
				const { submitted, duplicates, classified } = queue.stats();
				mirror(this, [
					[{ state: 'submitted' }, submitted],
					[{ state: 'duplicate' }, duplicates],
					[{ state: 'classified' }, classified],
				]);
			},
		});
		new Counter({
			name: 'ses_queue_dropped_total',
			help: 'Utterances that got no result, by cause.',
			labelNames: ['cause'],
			registers,
			collect() {
				mirror(
					this,
					Object.entries(queue.stats().dropped).map(([cause, sum]) => [{ cause }, sum]),
				);
			},
		});
	}

	get #oldestMs(): number {
		const [first] = this.#open.values();
		return first === undefined ? 0 : performance.now() - first;
	}

	get depth(): number {
		return this.#queue.depth;
	}

	async submit(utterance: Utterance, options?: SubmitOptions): Promise<InferenceOutcome> {
		if (options?.priority === 'partial') {
			const outcome = await this.#queue.submit(utterance, options);
			this.#partials.inc({ outcome: outcome.status === 'classified' ? outcome.status : outcome.cause });
			return outcome;
		}
		const key = Symbol();
		const acceptedAt = performance.now();
		this.#open.set(key, acceptedAt);
		try {
			const outcome = await this.#queue.submit(utterance, options);
			this.#service.observe({ outcome: outcome.status }, (performance.now() - acceptedAt) / 1000);
			return outcome;
		} finally {
			this.#open.delete(key);
		}
	}

	drain(signal?: AbortSignal): Promise<void> {
		return this.#queue.drain(signal);
	}

	async [Symbol.asyncDispose](): Promise<void> {}
}
