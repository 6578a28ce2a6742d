import type { Diagnosis } from '../bot/index.ts';
import { reasonOf } from '../domain/index.ts';
import type { Inference } from '../inference/index.ts';
import type { Store } from '../storage/index.ts';

/** More than this waiting means that results come late. */
const LONG_QUEUE = 100;

/** How the model, the queue and the store are at this moment, for `/emotion doctor`. */
export async function diagnose(inference: Pick<Inference, 'model' | 'stats'>, store: Store): Promise<Diagnosis[]> {
	const { workers, restarts, provider, redis, depth } = inference.stats();
	const where =
		provider === undefined ? 'in other processes' : `on ${provider}, workers: ${workers}, lost: ${restarts}`;
	const link = redis && (redis.status === 'unreachable' ? `, Redis: ${redis.reason}` : `, Redis: ${redis.status}`);
	return [
		{ part: 'model', ok: provider === undefined || workers > 0, detail: `${inference.model.name} ${where}` },
		{
			part: 'queue',
			ok: depth < LONG_QUEUE && (redis === undefined || redis.status === 'ready'),
			detail: `waiting: ${depth}${link ?? ''}`,
		},
		await storeDiagnosis(store),
	];
}

async function storeDiagnosis(store: Store): Promise<Diagnosis> {
	try {
		await store.flush();
		return { part: 'store', ok: true, detail: 'written up to date' };
	} catch (error) {
		return { part: 'store', ok: false, detail: reasonOf(error) };
	}
}
