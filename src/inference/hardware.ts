import { availableParallelism } from 'node:os';
import type { InferenceOptions } from './options.ts';
import type { Isolation } from './worker/host.ts';

/** An inference process with the shipped model takes 180 to 200 MiB (docs/workers.md); the rest is for batches of long speech. */
const WORKER_BYTES = 320 * 2 ** 20;
/** For the process that feeds them. */
const SUPERVISOR_BYTES = 192 * 2 ** 20;

export interface Machine {
	/** Cores that this process may use; Node heeds the quota of a container. */
	readonly cores: number;
	/** Memory that this process may use, the limit of a container included. */
	readonly memoryBytes: number;
}

export const thisMachine = (): Machine => ({
	cores: availableParallelism(),
	// Without a limit Node says either 0 or the largest number there is.
	memoryBytes: process.constrainedMemory() > 0 ? process.constrainedMemory() : Number.POSITIVE_INFINITY,
});

/** One worker for each core, split among threads or not, unless memory ends before the cores do. */
export function affordableWorkers({ cores, memoryBytes }: Machine, threads: number): number {
	const byMemory = Math.floor((memoryBytes - SUPERVISOR_BYTES) / WORKER_BYTES);
	return Math.min(Math.max(1, Math.min(Math.floor(cores / threads), byMemory)), 64);
}

/** A bot keeps its other cores for voice; a worker has nothing else to do with them. */
export type Role = 'bot' | 'worker';

export const workersOf = (options: Pick<InferenceOptions, 'workers' | 'threads'>, role: Role): number =>
	options.workers ?? (role === 'worker' ? affordableWorkers(thisMachine(), options.threads) : 1);

export function isolationOf(
	{ isolation, providers }: Pick<InferenceOptions, 'isolation' | 'providers'>,
	role: Role,
): Isolation {
	if (isolation !== 'auto') return isolation;
	return role === 'worker' || providers.some((provider) => provider !== 'cpu') ? 'process' : 'thread';
}
