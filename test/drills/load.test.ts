import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BullMqQueue } from '../../src/inference/index.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { expectBooksToAgree, SETTINGS, spoken, startWorker, submitAll } from './support.ts';

let server: TestRedis;
beforeAll(async () => {
	server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

/** For what needs the processor, of which there may be little. */
const SOON = { timeout: 30_000 };

const place = () => ({ url: server.url, prefix: `{${randomUUID()}}` });

describe('drill: load', { timeout: 180_000 }, () => {
	it('10,000 queued utterances all get their result, and nothing of them is left', async () => {
		const at = place();
		await using redis = disposable(new Redis(server.url));
		await using queue = new BullMqQueue({ ...SETTINGS, ...at, ttlMs: 150_000 });
		const answers = submitAll(queue, 10_000);
		await using _worker = await startWorker({ ...at, maxBatch: 64, lockMs: 10_000 });
		expect(await expectBooksToAgree(queue, answers)).toEqual({ classified: 10_000 });
		await expect.poll(() => redis.client.keys(`${at.prefix}:audio:*`), SOON).toEqual([]);
		await expect.poll(() => redis.client.keys(`${at.prefix}:inference:????????-*`), SOON).toEqual([]);
	});

	it('10,000 for a queue of 500: the newest are served, all others counted as full', async () => {
		const at = place();
		await using queue = new BullMqQueue({ ...SETTINGS, ...at, ttlMs: 150_000, maxDepth: 500 });
		const answers = submitAll(queue, 10_000);
		expect(queue.depth).toBeLessThanOrEqual(500 + 16);
		await using _worker = await startWorker({ ...at, maxBatch: 64, lockMs: 10_000 });
		const counts = await expectBooksToAgree(queue, answers);
		expect(Object.keys(counts).toSorted()).toEqual(['classified', 'full']);
		expect(counts['classified']).toBeGreaterThanOrEqual(400);
	});

	it('duplicate delivery, of submissions, jobs and results alike, counts once', async () => {
		const at = place();
		await using redis = disposable(new Redis(server.url));
		await using queue = new BullMqQueue({ ...SETTINGS, ...at, remember: 1_000 });
		const firsts = submitAll(queue, 50);
		const again = submitAll(queue, 50);
		// The same jobs once more under ids of their own, with the same audio.
		await expect.poll(async () => (await redis.client.keys(`${at.prefix}:audio:*`)).length, SOON).toBe(50);
		const jobs = new Queue('inference', { connection: redis.client, prefix: at.prefix, skipVersionCheck: true });
		for (const job of await jobs.getWaiting()) await jobs.add('classify', job.data, { jobId: `${job.id}-again` });
		const [resultsKey = ''] = (await jobs.getWaiting()).map(({ data }) => `${at.prefix}:results:${data.producer}`);
		await using _worker = await startWorker(at);
		expect(await expectBooksToAgree(queue, firsts)).toEqual({ classified: 50 });
		expect(await Promise.all(again)).toEqual(await Promise.all(firsts));
		// A result that comes again, word for word.
		const [producer = ''] = resultsKey.split(':').slice(-1);
		const result = { v: 2, id: `${producer}-x`, status: 'failed', reason: 'late' };
		await redis.client.xadd(resultsKey, '*', 'r', JSON.stringify([result, result]));
		await delay(300);
		const third = queue.submit(spoken(7));
		expect(await third).toEqual(await firsts[7]);
		expect(queue.stats()).toMatchObject({ submitted: 50, duplicates: 51, classified: 50 });
		await jobs.close();
	});
});

const disposable = (client: Redis) => ({
	client,
	async [Symbol.asyncDispose]() {
		client.disconnect();
	},
});
