import type { Classification, Classifier } from '../../domain/index.ts';
import { Backlog, type BacklogItem } from './backlog.ts';
import { traceBatch } from './trace.ts';

export interface BatchItem extends BacklogItem {
	readonly pcm: Int16Array;
	/** Aborted when the answer has been given otherwise; no more work is put into the item then. */
	readonly answered: AbortSignal;
	/** As of the SubmitOptions. */
	readonly traceparent?: string;
}

export interface BatcherOptions<Item extends BatchItem> {
	/** Clips that go to the classifier in one call. */
	readonly maxBatch: number;
	/** How long the first clip of a batch waits for company, when a worker is free. */
	readonly maxBatchWaitMs: number;
	/** Batches under way at the same time. */
	readonly concurrency: number;
	readonly onClassified: (item: Item, classification: Classification) => void;
	readonly onFailed: (item: Item, error: unknown) => void;
}

/**
 * How long parts of utterances wait for company, when nothing else waits. They are of seconds ago in any case, and a
 * run of the graph costs as much as several seconds of speech in it.
 */
const PARTIAL_WAIT_MS = 200;

/** Gathers waiting clips into batches: as many as there are, up to a number or a time, whichever comes first. */
export class Batcher<Item extends BatchItem> implements Disposable {
	readonly #classifier: Pick<Classifier, 'classify'>;
	readonly #options: BatcherOptions<Item>;
	readonly #backlog = new Backlog<Item>();
	#running = 0;
	/** When the backlog last ceased to be empty (`performance.now()`). */
	#since = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(classifier: Pick<Classifier, 'classify'>, options: BatcherOptions<Item>) {
		this.#classifier = classifier;
		this.#options = options;
	}

	/** Items that no batch has taken yet. */
	get waiting(): number {
		return this.#backlog.size;
	}

	isWaiting(item: Item): boolean {
		return this.#backlog.has(item);
	}

	add(item: Item): void {
		if (this.#backlog.size === 0) this.#since = performance.now();
		this.#backlog.add(item);
		this.#pump();
	}

	/** Forgets an item that waits; one that is in a batch is left to run out. */
	remove(item: Item): void {
		this.#backlog.remove(item);
	}

	[Symbol.dispose](): void {
		clearTimeout(this.#timer);
		this.#backlog.take(this.#backlog.size);
	}

	#pump(): void {
		clearTimeout(this.#timer);
		const { maxBatch, maxBatchWaitMs, concurrency } = this.#options;
		while (this.#running < concurrency && this.#backlog.size > 0) {
			const patienceMs = this.#backlog.hasWholes ? maxBatchWaitMs : Math.max(maxBatchWaitMs, PARTIAL_WAIT_MS);
			const waitMs = patienceMs - (performance.now() - this.#since);
			if (this.#backlog.size < maxBatch && waitMs > 0) {
				this.#timer = setTimeout(() => this.#pump(), Math.ceil(waitMs));
				return;
			}
			void this.#run(this.#backlog.take(maxBatch));
		}
	}

	async #run(items: Item[]): Promise<void> {
		this.#running++;
		if (!(await this.#classify(items)) && items.length > 1) {
			// One bad clip (or one that kills its worker) must not take the others with it.
			for (const item of items) await this.#classify([item]);
		}
		this.#running--;
		this.#pump();
	}

	/** @returns whether it succeeded; a single item's failure is reported */
	async #classify(all: Item[]): Promise<boolean> {
		const items = all.filter(({ answered }) => !answered.aborted);
		if (items.length === 0) return true;
		const startedAt = Date.now();
		const traced = (model?: string): void => {
			const batch = { clips: items.length, startedAt, endedAt: Date.now(), ...(model && { model }) };
			traceBatch(items, batch);
		};
		try {
			const classifications = await this.#classifier.classify(items.map(({ pcm }) => pcm));
			traced(classifications[0]?.model);
			for (const [index, item] of items.entries()) {
				const classification = classifications[index];
				if (!classification) throw new Error('The classifier gave fewer results than it got clips.');
				this.#options.onClassified(item, classification);
			}
			return true;
		} catch (error) {
			traced();
			const [only] = items;
			if (all.length === 1 && only) this.#options.onFailed(only, error);
			return false;
		}
	}
}
