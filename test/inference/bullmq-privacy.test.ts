import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BullMqQueue, BullMqWorker } from '../../src/inference/index.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { POISON, ScriptedClassifier, utterance } from './scripted-classifier.ts';

/** Samples that occur nowhere else: wherever they turn up in Redis, audio has been left. */
const marked = (tag: number): Int16Array => new Int16Array(8_000).fill(0x5a5b).fill(tag, 0, 1);
const MARK = Buffer.from(new Int16Array(16).fill(0x5a5b).buffer);

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
	server = await startRedis();
	redis = new Redis(server.url);
});
afterAll(async () => {
	redis.disconnect();
	await server[Symbol.asyncDispose]();
});

/** Every key under `prefix` whose value, in whatever type, holds the marked samples or their JSON. */
async function keysWithAudio(prefix: string): Promise<string[]> {
	const guilty: string[] = [];
	for (const key of await redis.keys(`${prefix}*`)) {
		const dump = await redis.dumpBuffer(key);
		const type = await redis.type(key);
		// DUMP compresses long repetitions, so strings are read as they are.
		const value = type === 'string' ? await redis.getBuffer(key) : dump;
		if (value?.includes(MARK) || value?.includes('90,91,90,91')) guilty.push(key);
	}
	return guilty;
}

/** Keys that stay are BullMQ's own books (counters, events, markers) and streams that are empty. */
const BOOKS = /^inference:(meta|events|marker|id|stalled-check)$/;

async function leftovers(prefix: string): Promise<string[]> {
	const left: string[] = [];
	for (const key of await redis.keys(`${prefix}*`)) {
		const name = key.slice(prefix.length + 1);
		const isEmpty = name.startsWith('results:') && (await redis.xlen(key)) === 0;
		if (!BOOKS.test(name) && !isEmpty) left.push(name);
	}
	return left;
}

const SETTINGS = { ttlMs: 5_000, maxDepth: 50, maxBatch: 2, maxBatchWaitMs: 1, concurrency: 1 };

async function setUp(stack: AsyncDisposableStack, settings: Partial<typeof SETTINGS> = {}, work = true) {
	const prefix = `{${randomUUID()}}`;
	const options = { ...SETTINGS, ...settings, url: server.url, prefix };
	const classifier = new ScriptedClassifier();
	if (work) {
		const worker = stack.use(new BullMqWorker(classifier, options));
		await worker.ready();
	}
	const ready = Promise.withResolvers<void>();
	const queue = stack.use(
		new BullMqQueue({ ...options, onStateChange: ({ status }) => status === 'ready' && ready.resolve() }),
	);
	stack.use(classifier);
	await ready.promise;
	return { queue, classifier, prefix };
}

describe('audio in Redis', () => {
	it('is there while an utterance waits, as bytes and with an expiry', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue, prefix } = await setUp(stack, {}, false);
		void queue.submit(utterance(1, { pcm: marked(1) }));
		await expect.poll(() => keysWithAudio(prefix)).toHaveLength(1);
		const [key = ''] = await keysWithAudio(prefix);
		expect(key).toContain(':audio:');
		expect(await redis.strlen(key)).toBe(16_000);
		expect(await redis.pttl(key)).toBeGreaterThan(0);
		expect(await redis.pttl(key)).toBeLessThanOrEqual(5_000);
	});

	it('says nothing of who spoke where, not even in the job', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue, prefix } = await setUp(stack, {}, false);
		void queue.submit(utterance(1, { id: 'secret-id', speakerId: 'secret-speaker', sessionId: 'secret-session' }));
		await expect.poll(async () => (await redis.keys(`${prefix}*audio*`)).length).toBe(1);
		for (const key of await redis.keys(`${prefix}*`)) {
			expect(key).not.toContain('secret');
			expect((await redis.dumpBuffer(key)).includes('secret')).toBe(false);
		}
	});

	it('is gone after results and failures, and so are the jobs', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue, prefix } = await setUp(stack);
		const tags = [1, 2, 3, POISON];
		const outcomes = await Promise.all(tags.map((tag) => queue.submit(utterance(tag, { pcm: marked(tag) }))));
		expect(outcomes.map(({ status }) => status)).toEqual(['classified', 'classified', 'classified', 'dropped']);
		expect(await keysWithAudio(prefix)).toEqual([]);
		await expect.poll(() => leftovers(prefix)).toEqual([]);
	});

	it('is gone after a withdrawal, whether the utterance waited or was in work', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue, classifier, prefix } = await setUp(stack, { maxBatch: 1 });
		const release = classifier.hold(1);
		const consent = new AbortController();
		const answers = [1, 2, 3, 4].map((tag) =>
			queue.submit(utterance(tag, { pcm: marked(tag) }), { signal: consent.signal }),
		);
		await classifier.reached(1);
		await expect.poll(() => keysWithAudio(prefix)).toHaveLength(4);
		consent.abort();
		await Promise.all(answers);
		await expect.poll(() => keysWithAudio(prefix)).toEqual([]);
		release();
		await expect.poll(() => leftovers(prefix)).toEqual([]);
	});

	it('is gone when it was withdrawn in the very moment of being sent', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue, prefix } = await setUp(stack, {}, false);
		const consent = new AbortController();
		const answer = queue.submit(utterance(1, { pcm: marked(1) }), { signal: consent.signal });
		consent.abort();
		expect(await answer).toMatchObject({ cause: 'cancelled' });
		await delay(200);
		expect(await leftovers(prefix)).toEqual([]);
	});

	it('is gone after the time to live, also when no worker ever comes', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue, prefix } = await setUp(stack, { ttlMs: 300 }, false);
		expect(await queue.submit(utterance(1, { pcm: marked(1) }))).toMatchObject({ cause: 'expired' });
		await expect.poll(() => leftovers(prefix)).toEqual([]);
	});

	it('is gone after the expiry, also when the bot that sent it is gone and cleans up nothing', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue, prefix } = await setUp(stack, { ttlMs: 400 }, false);
		void queue.submit(utterance(1, { pcm: marked(1) }));
		await expect.poll(() => keysWithAudio(prefix)).toHaveLength(1);
		await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
		await expect.poll(() => keysWithAudio(prefix)).toEqual([]);
	});

	it('is gone when the queue is closed', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue, prefix } = await setUp(stack, {}, false);
		const answers = [1, 2, 3].map((tag) => queue.submit(utterance(tag, { pcm: marked(tag) })));
		await expect.poll(() => keysWithAudio(prefix)).toHaveLength(3);
		await queue[Symbol.asyncDispose]();
		await Promise.all(answers);
		expect(await leftovers(prefix)).toEqual([]);
	});
});
