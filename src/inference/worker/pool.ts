import type { Classification, Classifier } from '../../domain/index.ts';
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

	/** @throws as {@link WorkerClassifier.open}; workers that did start are closed again */
	static async open(model: VerifiedModel, size: number, options: WorkerClassifierOptions): Promise<ClassifierPool> {
		const starts = await Promise.allSettled(Array.from({ length: size }, () => WorkerClassifier.open(model, options)));
		const workers = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
		const failure = starts.find((start) => start.status === 'rejected');
		const [first] = workers;
		if (!failure && first) return new ClassifierPool(workers, first);
		await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
		throw failure?.reason ?? new RangeError(`A pool needs at least one worker; got ${size}.`);
	}

	get size(): number {
		return this.#workers.length;
	}

	/** How often threads have been replaced. */
	get restarts(): number {
		return this.#workers.reduce((sum, { restarts }) => sum + restarts, 0);
	}

	get runtime(): WorkerClassifier['runtime'] {
		return (this.#workers[0] as WorkerClassifier).runtime;
	}

	async classify(clips: readonly Int16Array[]): Promise<Classification[]> {
		const samples = clips.reduce((sum, clip) => sum + clip.length, 0);
		const worker = this.#workers.reduce((best, next) => (this.#load(next) < this.#load(best) ? next : best));
		this.#backlog.set(worker, this.#load(worker) + samples);
		try {
			return await worker.classify(clips);
		} finally {
			this.#backlog.set(worker, this.#load(worker) - samples);
		}
	}

	#load(worker: WorkerClassifier): number {
		return this.#backlog.get(worker) ?? 0;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()));
	}
}
