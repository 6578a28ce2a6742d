import { type Classification, type Classifier, SesError } from '../../domain/index.ts';
import type { VerifiedModel } from '../model/load.ts';
import { WorkerClassifier, type WorkerClassifierOptions } from './worker-classifier.ts';

/** Several workers behind one Classifier: a request goes to the one with the least audio before it. */
export class ClassifierPool implements Classifier {
	readonly model: string;
	readonly unsureBelow: number;
	readonly #workers: readonly WorkerClassifier[];
	readonly #backlog = new Map<WorkerClassifier, number>();

	private constructor(workers: readonly WorkerClassifier[], first: WorkerClassifier) {
		this.#workers = workers;
		this.model = first.model;
		this.unsureBelow = first.unsureBelow;
	}

	/**
	 * Starts the first worker alone: where it cannot run, the others are not tried.
	 *
	 * @throws as {@link WorkerClassifier.open}; workers that did start are closed again
	 */
	static async open(model: VerifiedModel, size: number, options: WorkerClassifierOptions): Promise<ClassifierPool> {
		const first = await WorkerClassifier.open(model, options);
		const starts = await Promise.allSettled(
			Array.from({ length: size - 1 }, () => WorkerClassifier.open(model, options)),
		);
		const workers = [first, ...starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))];
		const failure = starts.find((start) => start.status === 'rejected');
		if (!failure) return new ClassifierPool(workers, first);
		await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
		throw failure.reason;
	}

	get size(): number {
		return this.#workers.length;
	}

	/** How often workers have been lost and replaced. */
	get restarts(): number {
		return this.#workers.reduce((sum, { restarts }) => sum + restarts, 0);
	}

	/** How often workers have been replaced because they had served their time. */
	get recycled(): number {
		return this.#workers.reduce((sum, { recycled }) => sum + recycled, 0);
	}

	get runtime(): WorkerClassifier['runtime'] {
		return (this.#workers[0] as WorkerClassifier).runtime;
	}

	async classify(clips: readonly Int16Array[]): Promise<Classification[]> {
		const samples = clips.reduce((sum, clip) => sum + clip.length, 0);
		while (true) {
			const worker = this.#workers.reduce((best, next) => (this.#load(next) < this.#load(best) ? next : best));
			this.#backlog.set(worker, (this.#backlog.get(worker) ?? 0) + samples);
			try {
				return await worker.classify(clips);
			} catch (error) {
				const isGone = error instanceof SesError && error.code === 'SES_WORKER_GIVEN_UP';
				if (!isGone || this.#workers.every(({ isGivenUp }) => isGivenUp)) throw error;
			} finally {
				this.#backlog.set(worker, (this.#backlog.get(worker) ?? 0) - samples);
			}
		}
	}

	/** Samples before a request; one that is given up has nothing to do and yet no time. */
	#load(worker: WorkerClassifier): number {
		return worker.isGivenUp ? Number.POSITIVE_INFINITY : (this.#backlog.get(worker) ?? 0);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()));
	}
}
