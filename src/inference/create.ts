import type { z } from 'zod';
import type { BatchReport, Classifier, InferenceQueue, Log } from '../domain/index.ts';
import { type ConnectionState, probeRedis } from './bullmq/connection.ts';
import type { FallbackChange } from './bullmq/fallback.ts';
import { BullMqQueue } from './bullmq/queue.ts';
import { BullMqWorker } from './bullmq/worker.ts';
import { workersOf } from './hardware.ts';
import type { ExecutionProvider } from './model/execution-providers.ts';
import { type ModelManifest, modelName } from './model/manifest.ts';
import { observed } from './observed.ts';
import { openModel } from './open-model.ts';
import { type OpenPool, openPool } from './open-pool.ts';
import { inferenceOptions } from './options.ts';
import { CountedQueue } from './queue/counted.ts';
import { EmbeddedQueue } from './queue/embedded.ts';
import type { ObservableQueue, QueueStats } from './queue/stats.ts';

/** What a listener may know of the model: all of the manifest but how to feed it. */
export type ModelSummary = Pick<
	ModelManifest,
	'version' | 'licence' | 'attribution' | 'labels' | 'calibration' | 'metrics' | 'sha256'
> & {
	/** `name@version`. */
	readonly name: string;
};

export interface InferenceStats extends QueueStats {
	/** Inference threads or processes of this process. */
	readonly workers: number;
	/** How often one of them was lost and replaced. */
	readonly restarts: number;
	/** How often one of them was replaced because it had served its time. */
	readonly recycled: number;
	/** Where the model runs; absent when all the work is left to other processes. */
	readonly provider?: ExecutionProvider;
	/** Absent with the embedded queue. */
	readonly redis?: ConnectionState;
}

/** From an utterance to its probabilities. Disposing of it cancels what is under way; drain first to keep it. */
export interface Inference extends AsyncDisposable {
	readonly queue: ObservableQueue;
	readonly model: ModelSummary;
	/** Below this confidence the honest answer is `unsure`. */
	readonly unsureBelow: number;
	/** Below this likelihood of speech, too; 0 when the model hears no sounds. */
	readonly speechBelow: number;
	stats(): InferenceStats;
}

export interface InferenceHooks {
	readonly log?: Log;
	/** Told when Redis is lost and when it is back. */
	readonly onRedisState?: (state: ConnectionState) => void;
	/** Told of each call of the model in this process. */
	readonly onBatch?: (report: BatchReport) => void;
	/**
	 * Classifies in place of the workers here. Its answers are taken to be those of the configured model, whose
	 * manifest says below which confidence they are `unsure`. It stays its owner's to close.
	 */
	readonly queue?: InferenceQueue;
}

/**
 * The model in worker threads of this process, without a queue: for callers that bring their own
 * order and pace, such as an evaluation.
 *
 * @throws {SesError} as {@link createInference}
 */
export async function openClassifier(options: z.input<typeof inferenceOptions> = {}, log?: Log): Promise<Classifier> {
	const parsed = inferenceOptions.parse(options);
	const { pool } = await openPool(await openModel(parsed, log), parsed, 'bot', { log });
	return pool;
}

/**
 * Verifies the model, starts the workers and opens the queue: on Redis when `redisUrl` is given,
 * embedded otherwise; none of ours where the hooks bring one.
 *
 * @throws {SesError} SES_MODEL_MISSING, SES_MODEL_MANIFEST_INVALID, SES_MODEL_ALTERED,
 * SES_MODEL_SELF_TEST, SES_RUNTIME_UNUSABLE, SES_WORKER_LOST or SES_REDIS_UNREACHABLE
 */
export async function createInference(
	given: z.input<typeof inferenceOptions> = {},
	hooks: InferenceHooks = {},
): Promise<Inference> {
	const options = inferenceOptions.parse(given);
	const url = hooks.queue ? undefined : options.redisUrl;
	const concurrency = workersOf(options, 'bot');
	const { log } = hooks;
	await using stack = new AsyncDisposableStack();
	const verified = await openModel(options, log);
	// A wrong address or password is said at the start; a Redis that goes away later is waited for.
	if (url) await probeRedis(url);

	let local: OpenPool | undefined;
	if (!hooks.queue && (!url || options.redisWorker)) {
		local = await openPool(verified, options, 'bot', { log });
		stack.use(local.pool);
	}
	const pool = local?.pool;
	let queue: ObservableQueue;
	let redis: ConnectionState = { status: 'connecting' };
	if (hooks.queue) queue = new CountedQueue(hooks.queue);
	else if (url) {
		const late = stack.use(new AsyncDisposableStack());
		const shared = { ...options, url, prefix: options.redisPrefix, concurrency };
		if (pool) {
			const onError = (error: Error): void => log?.warn({ err: error }, 'The Redis worker met an error');
			const worker = stack.use(new BullMqWorker(observed(pool, hooks.onBatch), { ...shared, onError }));
			await worker.ready();
		}
		const onStateChange = (state: ConnectionState): void => {
			redis = state;
			if (state.status === 'unreachable')
				log?.warn({ reason: state.reason }, 'Redis is away; utterances wait for it as long as they are of use');
			else log?.info({}, 'Redis is connected');
			hooks.onRedisState?.(state);
		};
		const open = async (): Promise<Classifier> => {
			if (!local) {
				local = await openPool(verified, options, 'bot', { log });
				late.use(local.pool);
			}
			return observed(local.pool, hooks.onBatch);
		};
		const onChange = ({ status, ...change }: FallbackChange): void => {
			if (status === 'on') log?.warn({}, 'Redis is away; this process classifies in the meantime');
			else if (status === 'off') log?.info({}, 'The workers on Redis classify again');
			else log?.error(change, 'Redis is away and this process cannot classify; utterances are dropped');
		};
		const fallback = options.redisFallback ? { ...shared, open, onChange } : undefined;
		queue = stack.use(new BullMqQueue({ ...shared, fallback, onStateChange }));
	} else
		queue = stack.use(
			new EmbeddedQueue(observed((local as OpenPool).pool, hooks.onBatch), { ...options, concurrency }),
		);

	const { version, licence, attribution, labels, calibration, metrics, sha256, events } = verified.manifest;
	const running = stack.move();
	return {
		queue,
		model: { name: modelName(verified.manifest), version, licence, attribution, labels, calibration, metrics, sha256 },
		unsureBelow: calibration.unsureBelow,
		speechBelow: events?.speechBelow ?? 0,
		stats: () => ({
			...queue.stats(),
			workers: local?.pool.size ?? 0,
			restarts: local?.pool.restarts ?? 0,
			recycled: local?.pool.recycled ?? 0,
			...(local && { provider: local.provider }),
			...(url && { redis }),
		}),
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
