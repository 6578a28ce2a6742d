import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { BullMqQueue, BullMqWorker } from '../../src/inference/index.ts';
import { testInferenceQueue } from '../contracts/inference-queue.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let redis: TestRedis;
beforeAll(async () => {
	redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

testInferenceQueue('BullMqQueue', async (classifier, settings, stack) => {
	const prefix = `{${randomUUID()}}`;
	const worker = stack.use(new BullMqWorker(classifier, { ...settings, url: redis.url, prefix }));
	await worker.ready();
	// To the sample, because the first one is the tag.
	return stack.use(new BullMqQueue({ ...settings, redisAudio: 'pcm', url: redis.url, prefix }));
});
