import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { BullMqQueue, BullMqWorker, createInference, openInferenceWorker } from '../../src/inference/index.ts';
import { startProxy } from '../drills/support.ts';
import { startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { TINY_MODEL } from './models.ts';
import { ScriptedClassifier, tagOf, utterance } from './scripted-classifier.ts';

const SETTINGS = { ttlMs: 30_000, maxDepth: 200, maxBatch: 4, maxBatchWaitMs: 1, concurrency: 1 } as const;
/** Redis is declared away after about three seconds; the rest is for a busy machine. */
const LONG_MS = 30_000;

/** Keeps speaking, each time somebody else, until `condition` holds. */
async function speakUntil(condition: () => boolean, submit: (tag: number) => Promise<unknown>): Promise<unknown[]> {
	const answers: Promise<unknown>[] = [];
	await until(() => {
		if (!condition()) answers.push(submit(answers.length));
		return condition();
	}, LONG_MS);
	return Promise.all(answers);
}

describe('a Redis that is connected and does not answer', { timeout: 90_000 }, () => {
	it('is away: this process classifies where it may, what had arrived before included, until Redis is back', async () => {
		await using server = await startRedis();
		const states: string[] = [];
		const lines: string[] = [];
		const note = (_: object, message: string): void => void lines.push(message);
		const options = { redisUrl: server.url, modelDirectory: TINY_MODEL, ttlMs: SETTINGS.ttlMs };
		await using bot = await createInference(
			{ ...options, redisWorker: false },
			{
				log: { debug: note, info: note, warn: note, error: note },
				onRedisState: ({ status }) => states.push(status),
			},
		);
		await until(() => states.includes('ready'), LONG_MS);
		const redis = new Redis(server.url);
		const before = bot.queue.submit(utterance(1));
		await until(async () => (await redis.keys('{ses}:audio:*')).length === 1, LONG_MS);
		redis.disconnect();
		server.pause();
		const during = bot.queue.submit(utterance(2));
		expect(await Promise.all([before, during])).toMatchObject([{ status: 'classified' }, { status: 'classified' }]);
		expect(states).toContain('unreachable');
		expect(lines).toContain('Redis is away; this process classifies in the meantime');
		expect(bot.stats()).toMatchObject({ workers: 1, submitted: 2, classified: 2, depth: 0 });

		server.resume();
		await until(() => lines.includes('The workers on Redis classify again'), LONG_MS);
		expect(states.at(-1)).toBe('ready');
		await using worker = await openInferenceWorker({ ...options, workers: 1 });
		expect(worker.workers).toBe(1);
		expect(await bot.queue.submit(utterance(3))).toMatchObject({ status: 'classified' });
		expect(bot.stats()).toMatchObject({ submitted: 3, classified: 3, duplicates: 0 });
	});

	it('is told as away where this process may not classify: what expires is counted, and it comes back by itself', async () => {
		await using server = await startRedis();
		await using classifier = new ScriptedClassifier();
		const at = { ...SETTINGS, ttlMs: 1_000, redisAudio: 'pcm', url: server.url, prefix: `{${randomUUID()}}` } as const;
		await using worker = new BullMqWorker(classifier, at);
		await worker.ready();
		const states: string[] = [];
		await using queue = new BullMqQueue({ ...at, onStateChange: ({ status }) => states.push(status) });
		await speakUntil(
			() => queue.stats().classified > 0,
			(tag) => queue.submit(utterance(tag)),
		);
		server.pause();
		await speakUntil(
			() => states.includes('unreachable'),
			(tag) => queue.submit(utterance(100 + tag)),
		);
		expect(queue.stats().dropped.expired).toBeGreaterThan(0);
		expect(queue.depth).toBeLessThanOrEqual(SETTINGS.maxDepth);
		server.resume();
		const { classified } = queue.stats();
		await speakUntil(
			() => queue.stats().classified > classified,
			(tag) => queue.submit(utterance(1_000 + tag)),
		);
		await queue.drain();
		const { submitted, dropped, ...stats } = queue.stats();
		expect(stats.classified + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(submitted);
	});

	it('behind a network that swallows what is sent is reached on new connections, by queue and worker alike', async () => {
		await using server = await startRedis();
		await using proxy = await startProxy(server.url);
		await using classifier = new ScriptedClassifier();
		await using own = new ScriptedClassifier();
		const at = { ...SETTINGS, redisAudio: 'pcm', url: proxy.url, prefix: `{${randomUUID()}}` } as const;
		const told: string[] = [];
		await using worker = new BullMqWorker(classifier, { ...at, onStateChange: ({ status }) => told.push(status) });
		await worker.ready();
		const changes: string[] = [];
		const fallback = {
			...SETTINGS,
			open: async () => own,
			afterMs: 100,
			onChange: ({ status }: { status: string }): void => void changes.push(status),
		};
		await using queue = new BullMqQueue({ ...at, fallback });
		expect(await queue.submit(utterance(1))).toMatchObject({ status: 'classified' });
		proxy.swallow();
		expect(await queue.submit(utterance(2))).toMatchObject({ status: 'classified' });
		expect(own.tags).toEqual([2]);
		await until(() => told.includes('unreachable'), LONG_MS);
		proxy.mend();
		await until(() => changes.includes('off') && told.at(-1) === 'ready', LONG_MS);
		const outcome = await queue.submit(utterance(3));
		expect(outcome.status === 'classified' && tagOf(outcome.classification)).toBe(3);
		expect(classifier.tags).toContain(3);
		expect(own.tags).toEqual([2]);
		expect(queue.stats()).toMatchObject({ submitted: 3, classified: 3 });
	});
});
