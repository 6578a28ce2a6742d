import type { z } from 'zod';
import type { Classifier, Log } from '../domain/index.ts';
import { type ConnectionState, probeRedis } from './bullmq/connection.ts';
import { BullMqQueue } from './bullmq/queue.ts';
import { BullMqWorker } from './bullmq/worker.ts';
import { loadModel } from './model/load.ts';
import { type ModelManifest, modelName } from './model/manifest.ts';
import { openPool } from './open-pool.ts';
import { inferenceOptions, modelDirectoryOf } from './options.ts';
import { EmbeddedQueue } from './queue/embedded.ts';
import type { ObservableQueue, QueueStats } from './queue/stats.ts';
import type { ClassifierPool } from './worker/pool.ts';

/** What a listener may know of the model: all of the manifest but how to feed it. */
export type ModelSummary = Pick<
	ModelManifest,
	'version' | 'licence' | 'attribution' | 'labels' | 'calibration' | 'metrics' | 'sha256'
> & {
	/** `name@version`. */
	readonly name: string;
};

export interface InferenceStats extends QueueStats {
	/** Inference threads of this process. */
	readonly workers: number;
	/** How often one of them was lost and replaced. */
	readonly restarts: number;
	/** Absent with the embedded queue. */
	readonly redis?: ConnectionState;
}

/** From an utterance to its probabilities. Disposing of it cancels what is under way; drain first to keep it. */
export interface Inference extends AsyncDisposable {
	readonly queue: ObservableQueue;
	readonly model: ModelSummary;
	/** Below this confidence the honest answer is `unsure`. */
	readonly unsureBelow: number;
	stats(): InferenceStats;
}

export interface InferenceHooks {
	readonly log?: Log;
	/** Told when Redis is lost and when it is back. */
	readonly onRedisState?: (state: ConnectionState) => void;
}

/**
 * The model in worker threads of this process, without a queue: for callers that bring their own
 * order and pace, such as an evaluation.
 *
 * @throws {SesError} as {@link createInference}
 */
export async function openClassifier(options: z.input<typeof inferenceOptions> = {}, log?: Log): Promise<Classifier> {
	const parsed = inferenceOptions.parse(options);
	return openPool(await loadModel(modelDirectoryOf(parsed)), parsed, log);
}

/**
 * Verifies the model, starts the workers and opens the queue: on Redis when `redisUrl` is given,
 * embedded otherwise.
 *
 * @throws {SesError} SES_MODEL_MISSING, SES_MODEL_MANIFEST_INVALID, SES_MODEL_ALTERED,
 * SES_MODEL_SELF_TEST, SES_RUNTIME_UNUSABLE, SES_WORKER_LOST or SES_REDIS_UNREACHABLE
 */
export async function createInference(
	given: z.input<typeof inferenceOptions> = {},
	hooks: InferenceHooks = {},
): Promise<Inference> {
	const options = inferenceOptions.parse(given);
	const { redisUrl: url, workers: concurrency } = options;
	const { log } = hooks;
	await using stack = new AsyncDisposableStack();
	const verified = await loadModel(modelDirectoryOf(options));
	// A wrong address or password is said at the start; a Redis that goes away later is waited for.
	if (url) await probeRedis(url);

	const pool = !url || options.redisWorker ? stack.use(await openPool(verified, options, log)) : undefined;
	let queue: ObservableQueue;
	let redis: ConnectionState = { status: 'connecting' };
	if (url) {
		const shared = { ...options, url, prefix: options.redisPrefix, concurrency };
		if (pool) {
			const onError = (error: Error): void => log?.warn({ err: error }, 'The Redis worker met an error');
			const worker = stack.use(new BullMqWorker(pool, { ...shared, onError }));
			await worker.ready();
		}
		const onStateChange = (state: ConnectionState): void => {
			redis = state;
			if (state.status === 'unreachable') log?.warn({ reason: state.reason }, 'Redis is away; utterances wait for it');
			else log?.info({}, 'Redis is connected');
			hooks.onRedisState?.(state);
		};
		queue = stack.use(new BullMqQueue({ ...shared, onStateChange }));
	} else queue = stack.use(new EmbeddedQueue(pool as ClassifierPool, { ...options, concurrency }));

	const { version, licence, attribution, labels, calibration, metrics, sha256 } = verified.manifest;
	const running = stack.move();
	return {
		queue,
		model: { name: modelName(verified.manifest), version, licence, attribution, labels, calibration, metrics, sha256 },
		unsureBelow: calibration.unsureBelow,
		stats: () => ({
			...queue.stats(),
			workers: pool?.size ?? 0,
			restarts: pool?.restarts ?? 0,
			...(url && { redis }),
		}),
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
