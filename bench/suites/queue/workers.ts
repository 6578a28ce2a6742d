import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { QUEUE_NAME } from '../../../src/inference/bullmq/keys.ts';
import { BullMqQueue } from '../../../src/inference/index.ts';
import type { Comparison } from '../../harness/index.ts';
import { WorkerProcess } from '../../support/worker/worker-process.ts';
import { submitAll } from './submit-all.ts';

/** A queue with so many worker processes of its own, each with one inference thread and one core. */
class Fleet {
	readonly #queue: BullMqQueue;
	/** The same jobs as BullMQ sees them: holds workers back and counts what waits. */
	readonly #jobs: Queue;
	readonly #workers: readonly WorkerProcess[];

	private constructor(queue: BullMqQueue, jobs: Queue, workers: readonly WorkerProcess[]) {
		this.#queue = queue;
		this.#jobs = jobs;
		this.#workers = workers;
	}

	static async open(url: string, size: number, stack: AsyncDisposableStack): Promise<Fleet> {
		const prefix = `{${randomUUID()}}`;
		const workers: WorkerProcess[] = [];
		for (let core = 0; core < size; core++) {
			workers.push(stack.use(await WorkerProcess.start({ redisUrl: url, redisPrefix: prefix }, core)));
		}
		const queue = stack.use(new BullMqQueue({ url, prefix, ttlMs: Number.POSITIVE_INFINITY, maxDepth: 1024 }));
		const connection = new Redis(url, { maxRetriesPerRequest: null });
		stack.defer(() => connection.disconnect());
		const jobs = new Queue(QUEUE_NAME, { connection, prefix });
		stack.defer(() => jobs.close());
		return new Fleet(queue, jobs, workers);
	}

	classify(pcm: Int16Array, count: number): Promise<void> {
		return submitAll(this.#queue, pcm, count);
	}

	/** @returns milliseconds from when the workers may begin, with all of it waiting in Redis, to the last result */
	async drainMs(pcm: Int16Array, count: number): Promise<number> {
		await this.#jobs.pause();
		const results = this.classify(pcm, count);
		while ((await this.#jobs.count()) < count) await delay(20);
		const begun = performance.now();
		await this.#jobs.resume();
		await results;
		return performance.now() - begun;
	}

	/** @returns milliseconds of processor time that the worker took which had the most to do */
	async busiestMs(pcm: Int16Array, count: number): Promise<number> {
		const before = await this.#cpuMs();
		await this.classify(pcm, count);
		const after = await this.#cpuMs();
		return Math.max(...after.map((ms, index) => ms - (before[index] ?? 0)));
	}

	#cpuMs(): Promise<number[]> {
		return Promise.all(this.#workers.map((worker) => worker.cpuMs()));
	}
}

/**
 * What a second worker brings: two processes with the shipped model beside one, in three ways, since the wall clock
 * tells it only where two cores are free. By processor time it is how long each would take on a core of its own,
 * whatever else the machine does; from a full queue it is what workers and Redis do, without the bot's encoding,
 * as where workers are on machines of their own; by the wall clock of a burst, bot and workers share two cores.
 */
export async function workerComparisons(
	url: string,
	pcm: Int16Array,
	burst: number,
	stack: AsyncDisposableStack,
): Promise<Comparison[]> {
	// Long enough that the last batch, which one of two may wait for, weighs little.
	const backlog = 4 * burst;
	const one = await Fleet.open(url, 1, stack);
	const two = await Fleet.open(url, 2, stack);
	const common = { per: 'utterance', units: burst } as const;
	return [
		{
			id: 'queue/workers-share',
			...common,
			clock: 'cpu',
			ours: { name: 'the busier of two workers', clocked: () => two.busiestMs(pcm, burst) },
			reference: { name: 'one worker', kind: 'alternative', clocked: () => one.busiestMs(pcm, burst) },
		},
		{
			id: 'queue/workers-wall',
			...common,
			clock: 'wall',
			ours: { name: 'two workers, results back', asyncWork: () => two.classify(pcm, burst) },
			reference: { name: 'one worker', kind: 'alternative', asyncWork: () => one.classify(pcm, burst) },
		},
		{
			id: 'queue/workers-drain',
			...common,
			units: backlog,
			clock: 'wall',
			ours: { name: 'two workers, from a full queue', clocked: () => two.drainMs(pcm, backlog) },
			reference: { name: 'one worker', kind: 'alternative', clocked: () => one.drainMs(pcm, backlog) },
		},
	];
}
