import { randomUUID } from 'node:crypto';
import { BullMqQueue } from '../../../src/inference/index.ts';
import type { Comparison } from '../../harness/index.ts';
import { WorkerProcess } from '../../support/worker/worker-process.ts';
import { submitAll } from './submit-all.ts';

/** A queue with so many worker processes of its own, each with one inference thread. */
class Fleet {
	readonly #queue: BullMqQueue;
	readonly #workers: readonly WorkerProcess[];

	private constructor(queue: BullMqQueue, workers: readonly WorkerProcess[]) {
		this.#queue = queue;
		this.#workers = workers;
	}

	static async open(url: string, size: number, stack: AsyncDisposableStack): Promise<Fleet> {
		const prefix = `{${randomUUID()}}`;
		const workers: WorkerProcess[] = [];
		for (let count = 0; count < size; count++) {
			workers.push(stack.use(await WorkerProcess.start({ redisUrl: url, redisPrefix: prefix })));
		}
		const queue = stack.use(new BullMqQueue({ url, prefix, ttlMs: Number.POSITIVE_INFINITY, maxDepth: 1024 }));
		return new Fleet(queue, workers);
	}

	classify(pcm: Int16Array, count: number): Promise<void> {
		return submitAll(this.#queue, pcm, count);
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
 * What a second worker brings: two processes with the shipped model beside one. Twice, since the wall clock
 * tells it only where two cores are free, of which the bot takes a part as well: by processor time it is
 * how long each would take on a core of its own, whatever else the machine does.
 */
export async function workerComparisons(
	url: string,
	pcm: Int16Array,
	burst: number,
	stack: AsyncDisposableStack,
): Promise<Comparison[]> {
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
	];
}
