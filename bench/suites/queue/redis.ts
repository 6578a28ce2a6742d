import { randomUUID } from 'node:crypto';
import type { PayloadCodec } from '../../../src/inference/bullmq/payload.ts';
import { BullMqQueue, BullMqWorker } from '../../../src/inference/index.ts';
import type { Comparison } from '../../harness/index.ts';
import { BareBullMq } from '../../support/bare-bullmq.ts';
import { InstantClassifier } from '../../support/utterance.ts';
import { submitAll } from './submit-all.ts';

const MAX_BATCH = 8;
/** As BullMqWorker sets it: the next batch is fetched while one is computed. */
const JOBS_AT_ONCE = 2 * MAX_BATCH;

/** Queue and worker of ours on a prefix of their own. */
async function openOurs(url: string, maxBatchWaitMs: number, redisAudio: PayloadCodec, stack: AsyncDisposableStack) {
	const listeners = new Set<() => void>();
	const classifier = new InstantClassifier(() => {
		for (const listener of listeners) listener();
	});
	const shared = { url, prefix: `{${randomUUID()}}`, maxBatch: MAX_BATCH, maxBatchWaitMs, concurrency: 1 };
	const worker = stack.use(new BullMqWorker(classifier, shared));
	await worker.ready();
	const queue = stack.use(new BullMqQueue({ ...shared, redisAudio, ttlMs: 60_000, maxDepth: 256 }));
	return { queue, listeners };
}

/** From handing over until the worker has the audio, everything idle before. @returns milliseconds */
async function timeToStart(send: (onStart: () => void) => Promise<unknown>): Promise<number> {
	let started: number | undefined;
	const begun = performance.now();
	await send(() => {
		started ??= performance.now();
	});
	if (started === undefined) throw new Error('The worker never started.');
	return started - begun;
}

/** Both sides in this one process with a Redis on loopback; the payload is an utterance's samples. */
export async function redisQueueComparisons(
	url: string,
	pcm: Int16Array,
	burst: number,
	stack: AsyncDisposableStack,
): Promise<Comparison[]> {
	// Waiting for company is what the worker is told to do, not what the queue costs.
	const unhurried = await openOurs(url, 0, 'compact', stack);
	const batching = await openOurs(url, 5, 'compact', stack);
	const uncoded = await openOurs(url, 5, 'pcm', stack);
	const bare = stack.use(new BareBullMq(url, JOBS_AT_ONCE, 'compact'));
	const bareUncoded = stack.use(new BareBullMq(url, JOBS_AT_ONCE, 'pcm'));
	await Promise.all([bare.ready(), bareUncoded.ready()]);

	const throughput: Pick<Comparison, 'per' | 'clock' | 'units' | 'ours'> = {
		per: 'utterance',
		clock: 'wall',
		units: burst,
		ours: { name: 'BullMqQueue, results back', asyncWork: () => submitAll(batching.queue, pcm, burst) },
	};
	const all = async (send: () => Promise<void>): Promise<void> => {
		await Promise.all(Array.from({ length: burst }, send));
	};
	return [
		{
			id: 'queue/redis-start',
			per: 'utterance',
			clock: 'wall',
			units: 1,
			ours: {
				name: 'BullMqQueue, enqueue to start',
				clocked: () =>
					timeToStart(async (onStart) => {
						unhurried.listeners.add(onStart);
						await submitAll(unhurried.queue, pcm, 1);
						unhurried.listeners.delete(onStart);
					}),
			},
			reference: {
				name: 'BullMQ alone, enqueue to start',
				kind: 'floor',
				clocked: () => timeToStart((onStart) => bare.process(pcm, onStart)),
			},
		},
		{
			id: 'queue/redis-throughput',
			...throughput,
			reference: {
				name: 'BullMQ alone, no results',
				kind: 'floor',
				asyncWork: () => all(() => bare.process(pcm)),
			},
		},
		{
			id: 'queue/redis-pcm',
			...throughput,
			// Without the codec, which is most of the work on both sides: the carrying alone.
			ours: {
				name: 'BullMqQueue with 16-bit samples, results back',
				asyncWork: () => submitAll(uncoded.queue, pcm, burst),
			},
			reference: {
				name: 'BullMQ alone with 16-bit samples, no results',
				kind: 'floor',
				asyncWork: () => all(() => bareUncoded.process(pcm)),
			},
		},
		{
			id: 'queue/redis-results',
			...throughput,
			reference: {
				name: 'BullMQ with waitUntilFinished',
				kind: 'alternative',
				asyncWork: () => all(() => bare.processAndReturn(pcm)),
			},
		},
	];
}
