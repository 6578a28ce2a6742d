import { setTimeout as delay } from 'node:timers/promises';
import { type Classification, type Classifier, SesError } from '../../domain/index.ts';
import type { VerifiedModel } from '../model/load.ts';
import { modelName } from '../model/manifest.ts';
import type { ExecutionProvider } from '../model/session.ts';
import { InferenceThread, ThreadLost, type ThreadReady } from './inference-thread.ts';

/** A request goes to at most this many threads: it may be what kills them. */
const ATTEMPTS = 2;
const FIRST_BACK_OFF_MS = 100;

const THREAD_SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

export interface WorkerClassifierOptions {
	readonly provider: ExecutionProvider;
	/** Clips in one run of the graph. */
	readonly maxRows: number;
	/** Threads lost one after the other, with nothing classified between, before it gives up. Default 6. */
	readonly maxRestarts?: number;
	/** Longest pause before a restart; the pauses double from 0.1 s up to it. Default 5000. */
	readonly maxBackOffMs?: number;
	/** Default 30 000. */
	readonly startMs?: number;
	/** Default 20 000. */
	readonly hangMs?: number;
	/** Default 5000. */
	readonly stopMs?: number;
	/** Told of every thread that ended unasked. */
	readonly onThreadLost?: (reason: string) => void;
	/** The program of the thread; tests bring their own. */
	readonly script?: URL;
}

/**
 * The model in a worker thread that is watched and replaced: a crash or a hang costs a retry, not
 * a result. Past the allowed restarts every request is refused with SES_WORKER_LOST.
 *
 * A fault of native code (a segmentation fault in the runtime) still ends the whole process.
 */
export class WorkerClassifier implements Classifier {
	readonly model: string;
	readonly unsureBelow: number;
	/** How often a thread has been replaced. */
	restarts = 0;
	readonly #options: WorkerClassifierOptions;
	readonly #start: () => InferenceThread;
	readonly #closing = new AbortController();
	/** The thread that serves, once it is ready; rejected when there will be none. */
	#thread!: Promise<InferenceThread>;
	#ready!: ThreadReady;
	/** Threads lost since something was last classified. */
	#failures = 0;

	private constructor(model: VerifiedModel, options: WorkerClassifierOptions) {
		this.model = modelName(model.manifest);
		this.unsureBelow = model.manifest.calibration.unsureBelow;
		this.#options = options;
		const { provider, maxRows, script = THREAD_SCRIPT, startMs = 30_000, hangMs = 20_000, stopMs = 5_000 } = options;
		this.#start = () => new InferenceThread({ data: { model, provider, maxRows }, script, startMs, hangMs, stopMs });
	}

	/**
	 * Starts a thread and waits until its model is loaded, has passed its self-test and is warm.
	 *
	 * @throws {SesError} SES_MODEL_SELF_TEST, SES_RUNTIME_UNUSABLE or SES_WORKER_LOST
	 */
	static async open(model: VerifiedModel, options: WorkerClassifierOptions): Promise<WorkerClassifier> {
		const classifier = new WorkerClassifier(model, options);
		try {
			classifier.#adopt(classifier.#launch());
			await classifier.#thread;
			return classifier;
		} catch (error) {
			throw asWorkerLost(error);
		}
	}

	/** Version of ONNX Runtime, and how exactly it reproduced the model's self-test. */
	get runtime(): { readonly version: string; readonly selfTestDifference: number } {
		return { version: this.#ready.runtime, selfTestDifference: this.#ready.selfTestDifference };
	}

	/** @throws {SesError} SES_WORKER_LOST; an Error when the model cannot judge these clips */
	async classify(clips: readonly Int16Array[]): Promise<Classification[]> {
		for (let attempt = 1; ; attempt++) {
			try {
				const thread = await this.#thread;
				const classifications = await thread.classify(clips);
				this.#failures = 0;
				return classifications;
			} catch (error) {
				if (!(error instanceof ThreadLost) || attempt === ATTEMPTS) throw asWorkerLost(error);
			}
		}
	}

	#adopt(thread: Promise<InferenceThread>): void {
		this.#thread = thread;
		thread.catch(() => undefined);
	}

	async #launch(): Promise<InferenceThread> {
		const thread = this.#start();
		this.#ready = await thread.ready;
		thread.onLost((reason) => this.#replace(reason));
		return thread;
	}

	#replace(reason: string): void {
		if (this.#closing.signal.aborted) return;
		this.#adopt(this.#relaunch(reason));
	}

	async #relaunch(lostBecause: string): Promise<InferenceThread> {
		const { maxRestarts = 6, maxBackOffMs = 5_000, onThreadLost } = this.#options;
		let reason = lostBecause;
		while (true) {
			onThreadLost?.(reason);
			if (this.#failures >= maxRestarts) throw new SesError('SES_WORKER_LOST', { reason });
			const backOffMs = Math.min(FIRST_BACK_OFF_MS * 2 ** this.#failures++, maxBackOffMs);
			await delay(backOffMs, undefined, { signal: this.#closing.signal });
			this.restarts++;
			try {
				return await this.#launch();
			} catch (error) {
				if (!(error instanceof ThreadLost)) throw error;
				reason = error.message;
			}
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#closing.abort(new SesError('SES_WORKER_LOST', { reason: 'it was closed' }));
		const thread = await this.#thread.catch(() => undefined);
		await thread?.stop();
	}
}

function asWorkerLost(error: unknown): unknown {
	if (error instanceof ThreadLost) return new SesError('SES_WORKER_LOST', { reason: error.message }, error);
	if (error instanceof Error && error.name === 'AbortError') {
		return error.cause instanceof SesError ? error.cause : new SesError('SES_WORKER_LOST', { reason: 'it was closed' });
	}
	return error;
}
