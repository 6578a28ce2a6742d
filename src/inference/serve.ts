import type { z } from 'zod';
import type { Log } from '../domain/index.ts';
import { type ConnectionState, probeRedis } from './bullmq/connection.ts';
import { BullMqWorker } from './bullmq/worker.ts';
import { loadModel } from './model/load.ts';
import { modelName } from './model/manifest.ts';
import { openPool } from './open-pool.ts';
import { type InferenceOptions, inferenceOptions, modelDirectoryOf } from './options.ts';

/** Workers on a Redis queue. Disposing of it finishes what was taken and leaves the rest to others. */
export interface InferenceWorker extends AsyncDisposable {
	/** `name@version`. */
	readonly model: string;
	readonly workers: number;
}

/** Runs a BullMQ worker on `options.redisUrl` with threads of its own. Connects before it resolves. */
export async function openInferenceWorker(
	given: z.input<typeof inferenceOptions> & { redisUrl: string },
	log?: Log,
): Promise<InferenceWorker> {
	const options: InferenceOptions = inferenceOptions.parse(given);
	const { redisUrl: url } = given;
	await using stack = new AsyncDisposableStack();
	const model = await loadModel(modelDirectoryOf(options));
	// A wrong address or password is said at the start; a Redis that goes away later is waited for.
	await probeRedis(url);
	const pool = stack.use(await openPool(model, options, log));
	const onStateChange = (state: ConnectionState): void => {
		if (state.status === 'unreachable') log?.warn({ reason: state.reason }, 'The worker has lost Redis');
		else log?.info({}, 'The worker is connected to Redis');
	};
	const worker = new BullMqWorker(pool, {
		url,
		prefix: options.redisPrefix,
		maxBatch: options.maxBatch,
		maxBatchWaitMs: options.maxBatchWaitMs,
		concurrency: options.workers,
		onStateChange,
		onError: (error) => log?.warn({ err: error }, 'The Redis worker met an error'),
	});
	stack.use(worker);
	await worker.ready();
	const running = stack.move();
	return {
		model: modelName(model.manifest),
		workers: options.workers,
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
