import type { Log, SesError } from '../domain/index.ts';
import { isolationOf, type Role, workersOf } from './hardware.ts';
import type { ExecutionProvider } from './model/execution-providers.ts';
import type { VerifiedModel } from './model/load.ts';
import type { InferenceOptions } from './options.ts';
import { ClassifierPool } from './worker/pool.ts';
import { type ProviderFailure, withPreferred } from './worker/preferred-provider.ts';
import type { WorkerClassifierOptions } from './worker/worker-classifier.ts';

const MEGABYTE = 2 ** 20;

export interface OpenPool {
	readonly pool: ClassifierPool;
	readonly provider: ExecutionProvider;
	/** Providers that stand before it in the list of preferences, and why they are not used. */
	readonly passedOver: readonly ProviderFailure[];
}

export interface PoolHooks {
	readonly log?: Log | undefined;
	/** Told for each worker that will not be replaced any more. */
	readonly onGivenUp?: (error: SesError) => void;
	/** What the workers run; tests bring their own. */
	readonly script?: URL;
}

/** What a worker is started with, of the configuration. */
export const workerOptionsOf = (options: InferenceOptions, role: Role): Omit<WorkerClassifierOptions, 'provider'> => ({
	maxRows: options.maxBatch,
	threads: options.threads,
	isolation: isolationOf(options, role),
	maxRestarts: options.maxRestarts,
	recycleAfter: options.recycleAfter,
	recycleAboveBytes: options.recycleAboveMb * MEGABYTE,
	hangMs: options.hangMs,
});

/**
 * The configured number of workers on the first provider that works, their losses logged.
 *
 * @throws {SesError} of the last provider: SES_MODEL_SELF_TEST, SES_RUNTIME_UNUSABLE or SES_WORKER_LOST
 */
export async function openPool(
	model: VerifiedModel,
	options: InferenceOptions,
	role: Role,
	{ log, onGivenUp, script }: PoolHooks = {},
): Promise<OpenPool> {
	const settings: Omit<WorkerClassifierOptions, 'provider'> = {
		...workerOptionsOf(options, role),
		...(script && { script }),
		onLost: (reason) => log?.warn({ reason }, 'An inference worker was lost'),
		onRecycled: (reason) => log?.info({ reason }, 'An inference worker was replaced'),
		onGivenUp: (error) => {
			log?.error({ reason: error.message }, 'An inference worker is given up');
			onGivenUp?.(error);
		},
	};
	const { opened, provider, passedOver } = await withPreferred(
		options.providers,
		(provider) => ClassifierPool.open(model, workersOf(options, role), { ...settings, provider }),
		({ provider, reason }) => log?.warn({ provider, reason }, 'An execution provider cannot be used'),
	);
	if (options.providers.length > 1) log?.info({ provider }, 'The execution provider is chosen');
	return { pool: opened, provider, passedOver };
}
