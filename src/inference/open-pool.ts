import type { Log } from '../domain/index.ts';
import type { VerifiedModel } from './model/load.ts';
import type { InferenceOptions } from './options.ts';
import { ClassifierPool } from './worker/pool.ts';

/** The configured number of inference threads, their losses logged. */
export function openPool(model: VerifiedModel, options: InferenceOptions, log?: Log): Promise<ClassifierPool> {
	return ClassifierPool.open(model, options.workers, {
		provider: options.provider,
		maxRows: options.maxBatch,
		onThreadLost: (reason) => log?.warn({ reason }, 'An inference thread was lost'),
	});
}
