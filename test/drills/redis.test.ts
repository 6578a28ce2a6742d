import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import type { InferenceOutcome } from '../../src/domain/index.ts';
import { BullMqQueue } from '../../src/inference/index.ts';
import { ScriptedClassifier } from '../inference/scripted-classifier.ts';
import { startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { countsOf, expectBooksToAgree, SETTINGS, spoken, startProxy, startWorker, submitAll } from './support.ts';

const PREFIX = '{drill}';
const LONG_MS = 60_000;

/** Submits one utterance every few milliseconds until it is told to stop. */
function speak(queue: BullMqQueue, from = 0) {
	const answers: Promise<InferenceOutcome>[] = [];
	const timer = setInterval(() => answers.push(queue.submit(spoken(from + answers.length))), 10);
	return { answers, stop: () => clearInterval(timer) };
}

// Each has a Redis of its own and mostly waits: side by side, but for the one that races against a time to live.
describe('drill: Redis', { timeout: 180_000 }, () => {
	it.concurrent('a restart that forgets everything loses no utterance', async () => {
		await using server = await startRedis();
		const at = { url: server.url, prefix: PREFIX };
		await using queue = new BullMqQueue({ ...SETTINGS, ...at });
		await using worker = await startWorker({ ...at, classifyMs: 20 });
		const { answers, stop } = speak(queue);
		await until(() => worker.begun() > 10, LONG_MS);
		await server.stop();
		await delay(700);
		await server.start();
		await delay(500);
		stop();
		expect(await expectBooksToAgree(queue, answers)).toEqual({ classified: answers.length });
	});

	it.concurrent('out of memory: what does not fit is dropped with the reason, the rest is served, and it recovers', async () => {
		await using server = await startRedis('--maxmemory', '4mb', '--maxmemory-policy', 'noeviction');
		const at = { url: server.url, prefix: PREFIX };
		await using queue = new BullMqQueue({ ...SETTINGS, ...at, ttlMs: 60_000, redisAudio: 'pcm' });
		const long = (number: number) => ({ ...spoken(number), pcm: new Int16Array(32_000) });
		const flood = Array.from({ length: 100 }, (_, number) => queue.submit(long(number)));
		await until(() => queue.stats().dropped.failed > 0, LONG_MS);
		await using _worker = await startWorker(at);
		const counts = await expectBooksToAgree(queue, flood);
		expect(counts['failed']).toBeGreaterThan(0);
		const refusal = (await Promise.all(flood)).find((each) => each.status === 'dropped' && each.cause === 'failed');
		expect(refusal).toMatchObject({ reason: expect.stringContaining('OOM') });
		const after = await Promise.all(submitAll(queue, 10, 1_000));
		expect(countsOf(after)).toEqual({ classified: 10 });
		const redis = new Redis(server.url);
		await until(async () => (await redis.keys(`${PREFIX}:audio:*`)).length === 0);
		redis.disconnect();
	});

	it.concurrent('a cut network without a fallback: all is served when it is mended in time', async () => {
		await using server = await startRedis();
		await using proxy = await startProxy(server.url);
		await using queue = new BullMqQueue({ ...SETTINGS, url: proxy.url, prefix: PREFIX });
		await using worker = await startWorker({ url: server.url, prefix: PREFIX, classifyMs: 20 });
		const { answers, stop } = speak(queue);
		await until(() => worker.begun() > 10, LONG_MS);
		proxy.cut();
		await delay(1_500);
		proxy.mend();
		await delay(500);
		stop();
		expect(await expectBooksToAgree(queue, answers)).toEqual({ classified: answers.length });
	});

	it.concurrent('a cut network with a fallback: this process classifies until Redis is back, each utterance once', async () => {
		await using server = await startRedis();
		await using proxy = await startProxy(server.url);
		await using classifier = new ScriptedClassifier();
		const changes: string[] = [];
		await using queue = new BullMqQueue({
			...SETTINGS,
			url: proxy.url,
			prefix: PREFIX,
			fallback: {
				...SETTINGS,
				open: async () => classifier,
				afterMs: 200,
				onChange: ({ status }) => changes.push(status),
			},
		});
		await using worker = await startWorker({ url: server.url, prefix: PREFIX, classifyMs: 20 });
		const { answers, stop } = speak(queue);
		await until(() => worker.begun() > 10, LONG_MS);
		proxy.cut();
		await until(() => classifier.tags.length > 50, LONG_MS);
		proxy.mend();
		await until(() => changes.includes('off'), LONG_MS);
		const begun = worker.begun();
		await until(() => worker.begun() > begun + 10, LONG_MS);
		stop();
		expect(await expectBooksToAgree(queue, answers)).toEqual({ classified: answers.length });
		// More than once where the machine is so busy that Redis does not get to answer.
		expect(changes).toEqual(changes.map((_, index) => (index % 2 === 0 ? 'on' : 'off')));
		expect(changes.at(-1)).toBe('off');
		const redis = new Redis(server.url);
		await until(async () => (await redis.keys(`${PREFIX}:audio:*`)).length === 0);
		redis.disconnect();
	});

	it('a cut network that stays cut: what waits is dropped as expired, bounded, and it recovers by itself', async () => {
		await using server = await startRedis();
		await using proxy = await startProxy(server.url);
		const settings = { ...SETTINGS, ttlMs: 800, maxDepth: 30 };
		await using queue = new BullMqQueue({ ...settings, url: proxy.url, prefix: PREFIX });
		await using _worker = await startWorker({ url: server.url, prefix: PREFIX });
		await until(() => queue.stats().classified > 0 || void queue.submit(spoken(queue.stats().submitted)) !== undefined);
		proxy.cut();
		const before = queue.stats().submitted;
		const { answers, stop } = speak(queue, 10_000);
		await delay(2_000);
		expect(queue.depth).toBeLessThanOrEqual(30);
		proxy.mend();
		await until(() => queue.stats().classified > before + 10, LONG_MS);
		stop();
		const counts = countsOf(await Promise.all(answers));
		expect((counts['expired'] ?? 0) + (counts['full'] ?? 0)).toBeGreaterThan(10);
		const { submitted, classified, dropped } = queue.stats();
		expect(classified + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(submitted);
	});
});
