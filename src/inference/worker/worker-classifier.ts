import { extname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Classification, type Classifier, reasonOf, SesError } from '../../domain/index.ts';
import type { ExecutionProvider } from '../model/execution-providers.ts';
import type { VerifiedModel } from '../model/load.ts';
import { modelName } from '../model/manifest.ts';
import type { Isolation } from './host.ts';
import { InferenceRunner, RunnerLost, type RunnerReady } from './runner.ts';

/** A request may cost at most this many runners: one may die of anything, the second of this request. */
const ATTEMPTS = 2;
const FIRST_BACK_OFF_MS = 100;

/** TypeScript here, JavaScript in the package. */
const scriptOf = (name: string): URL => new URL(`./${name}${extname(import.meta.url)}`, import.meta.url);
const SCRIPTS = { thread: scriptOf('thread'), process: scriptOf('child') } as const satisfies Record<Isolation, URL>;

export interface WorkerClassifierOptions {
	readonly provider: ExecutionProvider;
	/** Clips in one run of the graph. */
	readonly maxRows: number;
	/** Threads that one run is split among. Default 1. */
	readonly threads?: number;
	/** Default `thread`. */
	readonly isolation?: Isolation;
	/** Runners lost one after the other, with nothing classified between, before it gives up. Default 6. */
	readonly maxRestarts?: number;
	/** Longest pause before a restart; the pauses double from 0.1 s up to it. Default 5000. */
	readonly maxBackOffMs?: number;
	/** A runner is replaced after it has classified this many clips. Default never. */
	readonly recycleAfter?: number;
	/** A process is replaced when it takes more memory than this. Default never. */
	readonly recycleAboveBytes?: number;
	/** Default 30 000. */
	readonly startMs?: number;
	/** Default 20 000. */
	readonly hangMs?: number;
	/** Default 5000. */
	readonly stopMs?: number;
	/** Told of every runner that ended unasked. */
	readonly onLost?: (reason: string) => void;
	/** Told of every runner that was replaced because it had served its time. */
	readonly onRecycled?: (reason: string) => void;
	/** Told once, when there will be no runner any more. */
	readonly onGivenUp?: (error: SesError) => void;
	/** What is run; tests bring their own. */
	readonly script?: URL;
}

/**
 * The model in a thread or process that is watched and replaced: a crash, a hang or a leak costs a retry, not
 * a result. A clip that costs two runners is refused with SES_POISON_JOB; past the allowed restarts
 * everything is, with SES_WORKER_GIVEN_UP.
 */
export class WorkerClassifier implements Classifier {
	readonly model: string;
	readonly unsureBelow: number;
	/** How often a runner has been replaced because it was lost. */
	restarts = 0;
	/** How often one has been replaced because it had served its time. */
	recycled = 0;
	/** Whether no runner will be started any more. */
	isGivenUp = false;
	readonly #options: WorkerClassifierOptions;
	readonly #start: () => InferenceRunner;
	readonly #closing = new AbortController();
	/** The runner that serves, once it is ready; rejected when there will be none. */
	#runner!: Promise<InferenceRunner>;
	/** Under way while a successor warms up beside the one that serves. */
	#recycling: Promise<void> | undefined;
	#recycleNotBefore = 0;
	/** Runners that were told to end: their end is no loss. */
	readonly #retired = new WeakSet<InferenceRunner>();
	readonly #leaving = new Set<Promise<void>>();
	#ready!: RunnerReady;
	/** Runners lost since something was last classified. */
	#failures = 0;

	private constructor(model: VerifiedModel, options: WorkerClassifierOptions) {
		this.model = modelName(model.manifest);
		this.unsureBelow = model.manifest.calibration.unsureBelow;
		this.#options = options;
		const { provider, maxRows, threads = 1, isolation = 'thread', script = SCRIPTS[isolation] } = options;
		const { startMs = 30_000, hangMs = 20_000, stopMs = 5_000 } = options;
		const data = { model, provider, maxRows, threads };
		this.#start = () => new InferenceRunner({ data, isolation, script, startMs, hangMs, stopMs });
	}

	/**
	 * Starts a runner and waits until its model is loaded, has passed its self-test and is warm.
	 *
	 * @throws {SesError} SES_MODEL_SELF_TEST, SES_RUNTIME_UNUSABLE or SES_WORKER_LOST
	 */
	static async open(model: VerifiedModel, options: WorkerClassifierOptions): Promise<WorkerClassifier> {
		const classifier = new WorkerClassifier(model, options);
		try {
			classifier.#adopt(classifier.#launch());
			await classifier.#runner;
			return classifier;
		} catch (error) {
			throw asSesError(error);
		}
	}

	/** Version of ONNX Runtime, and how exactly it reproduced the model's self-test. */
	get runtime(): { readonly version: string; readonly selfTestDifference: number } {
		return { version: this.#ready.runtime, selfTestDifference: this.#ready.selfTestDifference };
	}

	/**
	 * @throws {SesError} SES_POISON_JOB, SES_WORKER_LOST or SES_WORKER_GIVEN_UP; an Error when the model cannot
	 * judge these clips
	 */
	async classify(clips: readonly Int16Array[]): Promise<Classification[]> {
		let attempts = 0;
		while (true) {
			if (this.#closing.signal.aborted) throw this.#closing.signal.reason;
			try {
				const runner = await this.#runner;
				const classifications = await runner.classify(clips);
				this.#failures = 0;
				this.#recycleIfDue(runner);
				return classifications;
			} catch (error) {
				if (!(error instanceof RunnerLost)) throw asSesError(error);
				// Who stood in line behind another request is not to blame, and waits for the next runner.
				if (error.isSuspect && ++attempts === ATTEMPTS) {
					if (clips.length > 1) throw asSesError(error); // one of them: whoever gave them tries them singly
					throw new SesError('SES_POISON_JOB', { attempts, reason: error.message }, error);
				}
			}
		}
	}

	#adopt(runner: Promise<InferenceRunner>): void {
		this.#runner = runner;
		runner.catch(() => undefined);
	}

	async #launch(): Promise<InferenceRunner> {
		const runner = this.#start();
		this.#ready = await runner.ready;
		runner.onLost((reason) => this.#replace(runner, reason));
		return runner;
	}

	#replace(runner: InferenceRunner, reason: string): void {
		if (this.#closing.signal.aborted || this.#retired.has(runner)) return;
		this.#adopt(this.#relaunch(reason));
	}

	async #relaunch(lostBecause: string): Promise<InferenceRunner> {
		const { maxRestarts = 6, maxBackOffMs = 5_000, onLost } = this.#options;
		let reason = lostBecause;
		while (true) {
			onLost?.(reason);
			if (this.#failures >= maxRestarts) throw this.#giveUp(reason);
			const backOffMs = Math.min(FIRST_BACK_OFF_MS * 2 ** this.#failures++, maxBackOffMs);
			await delay(backOffMs, undefined, { signal: this.#closing.signal });
			this.restarts++;
			try {
				return await this.#launch();
			} catch (error) {
				// What no restart will help: the model cannot be loaded or computes wrongly all of a sudden.
				if (!(error instanceof RunnerLost)) throw this.#giveUp(reasonOf(error), error);
				reason = error.message;
			}
		}
	}

	#giveUp(reason: string, cause?: unknown): SesError {
		const error = new SesError('SES_WORKER_GIVEN_UP', { losses: this.#failures + (cause ? 0 : 1), reason }, cause);
		this.isGivenUp = true;
		this.#options.onGivenUp?.(error);
		return error;
	}

	#recycleIfDue(runner: InferenceRunner): void {
		const { recycleAfter = Number.POSITIVE_INFINITY, recycleAboveBytes = Number.POSITIVE_INFINITY } = this.#options;
		const isOld = runner.served >= recycleAfter;
		if (!isOld && runner.rssBytes <= recycleAboveBytes) return;
		if (this.#recycling || this.#closing.signal.aborted || performance.now() < this.#recycleNotBefore) return;
		const reason = isOld ? `it has classified ${runner.served} clips` : `it takes ${runner.rssBytes} bytes of memory`;
		this.#recycling = this.#recycle(runner, reason).finally(() => {
			this.#recycling = undefined;
		});
	}

	/** The old one serves until the new one is warm, then finishes what it has and ends. */
	async #recycle(old: InferenceRunner, reason: string): Promise<void> {
		const { maxBackOffMs = 5_000, onLost, onRecycled } = this.#options;
		const current = this.#runner;
		const launch = this.#launch();
		try {
			const successor = await launch;
			this.recycled++;
			onRecycled?.(reason);
			if (this.#runner === current) this.#adopt(launch);
			else this.#retire(successor); // the old one was lost in the meantime, and its place is taken
			this.#retire(old);
		} catch (error) {
			// The old one goes on, and its age is looked at again a little later.
			this.#recycleNotBefore = performance.now() + maxBackOffMs;
			onLost?.(reasonOf(error));
		}
	}

	#retire(runner: InferenceRunner): void {
		this.#retired.add(runner);
		const leaving = runner.stop().finally(() => this.#leaving.delete(leaving));
		this.#leaving.add(leaving);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#closing.abort(new SesError('SES_WORKER_LOST', { reason: 'it was closed' }));
		await this.#recycling;
		const runner = await this.#runner.catch(() => undefined);
		await Promise.all([runner?.stop(), ...this.#leaving]);
	}
}

function asSesError(error: unknown): unknown {
	if (error instanceof RunnerLost) return new SesError('SES_WORKER_LOST', { reason: error.message }, error);
	if (error instanceof Error && error.name === 'AbortError') {
		return error.cause instanceof SesError ? error.cause : new SesError('SES_WORKER_LOST', { reason: 'it was closed' });
	}
	return error;
}
