import { setFlagsFromString } from 'node:v8';
import type { JudgementRules } from '../../domain/index.ts';
import { createInference } from '../../inference/index.ts';
import type { Config } from '../config.ts';

/**
 * More clips in one run cost ONNX Runtime more memory (about 20 MB from four to eight of six seconds) and save next to
 * no time on speech as long as in recordings.
 */
const MOST_IN_BATCH = 4;
/** Megabytes of the young generation of threads that are started from here on: what passes through lives briefly. */
const SEMI_SPACE_MB = 2;
/** Nobody waits for a recording as for an answer: on a machine that is overloaded a worker may take its time. */
const HANG_MS = 120_000;

/**
 * Inference for recordings: always embedded (a recording is not to travel through a Redis that serves
 * live calls), and nothing expires or is dropped: a recording does not get stale, and how much
 * of it is under way at a time is bounded by who reads it.
 */
export async function createOfflineInference(config: Config) {
	const { redisUrl: _, ...options } = config.inference;
	setFlagsFromString(`--max-semi-space-size=${SEMI_SPACE_MB}`);
	const maxBatch = Math.min(options.maxBatch, MOST_IN_BATCH);
	const hangMs = Math.max(options.hangMs, HANG_MS);
	const endless = { ttlMs: Number.POSITIVE_INFINITY, maxDepth: Number.POSITIVE_INFINITY };
	const inference = await createInference({ ...options, ...endless, maxBatch, hangMs });
	const { unsureBelow, speechBelow } = inference;
	const rules: JudgementRules = { ...config.judgement, unsureBelow, speechBelow };
	return { inference, rules };
}
