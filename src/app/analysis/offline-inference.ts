import type { JudgementRules } from '../../domain/index.ts';
import { createInference } from '../../inference/index.ts';
import type { Config } from '../config.ts';

/**
 * Inference for recordings: always embedded (a recording is not to travel through a Redis that serves
 * live calls), and nothing expires or is dropped: a recording does not get stale, and how much
 * of it is under way at a time is bounded by who reads it.
 */
export async function createOfflineInference(config: Config) {
	const { redisUrl: _, ...options } = config.inference;
	const endless = { ttlMs: Number.POSITIVE_INFINITY, maxDepth: Number.POSITIVE_INFINITY };
	const inference = await createInference({ ...options, ...endless });
	const { unsureBelow, speechBelow } = inference;
	const rules: JudgementRules = { ...config.judgement, unsureBelow, speechBelow };
	return { inference, rules };
}
