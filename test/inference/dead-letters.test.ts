import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { readDeadLetters } from '../../src/inference/bullmq/dead-letters.ts';
import { createInference, inferenceOptions, openInferenceWorker } from '../../src/inference/index.ts';
import { startRedis } from '../support/redis.ts';
import { TINY_MODEL } from './models.ts';
import { utterance } from './scripted-classifier.ts';

const UNRULY = new URL('./fixtures/unruly-child.ts', import.meta.url);
/** Kills every process that meets it. */
const DEADLY = Int16Array.of(5, 32_767);
const HARMLESS = Int16Array.of(0, 0);

describe('a job that kills the process twice', () => {
	it('is listed with its reason and without its audio, and costs the others of its batch nothing', async () => {
		await using server = await startRedis();
		const options = {
			modelDirectory: TINY_MODEL,
			redisUrl: server.url,
			redisAudio: 'pcm',
			ttlMs: 60_000,
			maxBatchWaitMs: 200,
			isolation: 'process',
		} as const;
		await using worker = await openInferenceWorker({ ...options, workers: 1 }, undefined, { script: UNRULY });
		await using bot = await createInference({ ...options, redisWorker: false });
		const clips = [HARMLESS, DEADLY, HARMLESS, HARMLESS];
		const outcomes = await Promise.all(clips.map((pcm, tag) => bot.queue.submit(utterance(tag, { pcm }))));
		expect(outcomes.map(({ status }) => status)).toEqual(['classified', 'dropped', 'classified', 'classified']);
		expect(outcomes[1]).toMatchObject({ cause: 'failed', reason: expect.stringContaining('SIGSEGV') });
		expect(worker.restarts).toBeGreaterThanOrEqual(2);

		const redis = new Redis(server.url);
		try {
			const { redisPrefix } = inferenceOptions.parse({});
			const letters = await readDeadLetters(redis, redisPrefix);
			expect(letters).toEqual([
				{ id: expect.any(String), at: expect.any(Number), reason: expect.stringContaining('SIGSEGV') },
			]);
			expect((await redis.keys('*')).filter((key) => key.includes('audio'))).toEqual([]);
			await redis.lpush(`${redisPrefix}:dead`, 'no letter');
			expect(await readDeadLetters(redis, redisPrefix)).toEqual(letters);
		} finally {
			redis.disconnect();
		}
	});
});
