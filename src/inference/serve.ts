import type { z } from 'zod';
import { type BatchReport, type Classifier, type Log, SesError } from '../domain/index.ts';
import { type ConnectionState, probeRedis } from './bullmq/connection.ts';
import { BullMqWorker } from './bullmq/worker.ts';
import type { ExecutionProvider } from './model/execution-providers.ts';
import { modelName } from './model/manifest.ts';
import { observed } from './observed.ts';
import { openModel } from './open-model.ts';
import { openPool } from './open-pool.ts';
import { type InferenceOptions, inferenceOptions } from './options.ts';

/** Workers on a Redis queue. Disposing of it finishes what was taken and leaves the rest to others. */
export interface InferenceWorker extends AsyncDisposable {
	/** `name@version`. */
	readonly model: string;
	readonly workers: number;
	readonly provider: ExecutionProvider;
	/** Resolves when a worker was lost too often to be started again: this process is of no more use. */
	readonly lost: Promise<SesError>;
	/** How often a worker was lost and replaced. */
	readonly restarts: number;
	/** How often one was replaced because it had served its time. */
	readonly recycled: number;
}

export interface InferenceWorkerHooks {
	/** The model has passed its self-test. */
	readonly onModelReady?: () => void;
	/** Told of each change of the connection to Redis. */
	readonly onRedisState?: (state: ConnectionState) => void;
	/** Told of each call of the model. */
	readonly onBatch?: (report: BatchReport) => void;
	/** What the workers run; tests bring their own. */
	readonly script?: URL;
}

/**
 * What was taken when the last worker was given up is nobody's fault: it gets no answer from here, so that its
 * lock runs out and another process takes it.
 */
function leavingToOthers(classifier: Classifier): Classifier {
	return {
		model: classifier.model,
		unsureBelow: classifier.unsureBelow,
		[Symbol.asyncDispose]: () => classifier[Symbol.asyncDispose](),
		async classify(clips) {
			try {
				return await classifier.classify(clips);
			} catch (error) {
				if (error instanceof SesError && error.code === 'SES_WORKER_GIVEN_UP') return new Promise(() => undefined);
				throw error;
			}
		},
	};
}

/**
 * Runs a BullMQ worker on `options.redisUrl` with threads or processes of its own. Connects before it resolves.
 *
 * @throws {SesError} as `createInference`
 */
export async function openInferenceWorker(
	given: z.input<typeof inferenceOptions> & { redisUrl: string },
	log?: Log,
	hooks: InferenceWorkerHooks = {},
): Promise<InferenceWorker> {
	const options: InferenceOptions = inferenceOptions.parse(given);
	const { redisUrl: url } = given;
	await using stack = new AsyncDisposableStack();
	const model = await openModel(options, log);
	// A wrong address or password is said at the start; a Redis that goes away later is waited for.
	await probeRedis(url);
	const lost = Promise.withResolvers<SesError>();
	const { pool, provider } = await openPool(model, options, 'worker', {
		log,
		onGivenUp: lost.resolve,
		...(hooks.script && { script: hooks.script }),
	});
	stack.use(pool);
	hooks.onModelReady?.();
	const onStateChange = (state: ConnectionState): void => {
		if (state.status === 'unreachable') log?.warn({ reason: state.reason }, 'The worker has lost Redis');
		else log?.info({}, 'The worker is connected to Redis');
		hooks.onRedisState?.(state);
	};
	const worker = new BullMqWorker(leavingToOthers(observed(pool, hooks.onBatch)), {
		url,
		prefix: options.redisPrefix,
		maxBatch: options.maxBatch,
		maxBatchWaitMs: options.maxBatchWaitMs,
		concurrency: pool.size,
		closeMs: options.drainMs,
		payloadKey: options.payloadKey,
		onStateChange,
		onError: (error) => log?.warn({ err: error }, 'The Redis worker met an error'),
	});
	stack.use(worker);
	await worker.ready();
	const running = stack.move();
	return {
		model: modelName(model.manifest),
		workers: pool.size,
		provider,
		lost: lost.promise,
		get restarts() {
			return pool.restarts;
		},
		get recycled() {
			return pool.recycled;
		},
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
