import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packAudio } from '../../src/inference/bullmq/payload.ts';
import {
	BullMqQueue,
	type BullMqQueueOptions,
	BullMqWorker,
	type BullMqWorkerOptions,
} from '../../src/inference/index.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { POISON, ScriptedClassifier, utterance } from './scripted-classifier.ts';

/** Samples that occur nowhere else: wherever they turn up in Redis, audio has been left. */
const marked = (tag: number): Int16Array => new Int16Array(8_000).fill(0x5a5b).fill(tag, 0, 1);
const PCM_MARK = Buffer.from(new Int16Array(16).fill(0x5a5b).buffer);
/** From the middle of the same samples as they travel: what comes before and behind has no part in it. */
const COMPACT_MARK = packAudio(marked(1), '', { codec: 'compact' }).subarray(1_000, 1_232);
const MARKS = [PCM_MARK, COMPACT_MARK, '90,91,90,91', PCM_MARK.toString('base64').slice(4, -4)];

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

/** Every key of the whole server whose value, of whatever type, holds the marked samples in any form. */
async function keysWithAudio(): Promise<string[]> {
	const guilty: string[] = [];
	for (const key of await redis.keys('*')) {
		const dump = await redis.dumpBuffer(key);
		const type = await redis.type(key);
		// DUMP compresses long repetitions, so strings are read as they are.
		const value = type === 'string' ? await redis.getBuffer(key) : dump;
		if (MARKS.some((mark) => value?.includes(mark))) guilty.push(key);
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

/** Incompressible, so that nothing looks smaller than it is. */
const noise = (seconds: number): Int16Array => new Int16Array(randomBytes(seconds * 32_000).buffer);

const SETTINGS = { ttlMs: 5_000, maxDepth: 50, maxBatch: 2, maxBatchWaitMs: 1, concurrency: 1 };

async function setUp(
	stack: AsyncDisposableStack,
	settings: Partial<BullMqQueueOptions & BullMqWorkerOptions> = {},
	work = true,
) {
	const prefix = `{${randomUUID()}}`;
	// To the sample, because the first one is the tag.
	const options = { ...SETTINGS, redisAudio: 'pcm' as const, ...settings, url: server.url, prefix };
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
	it.each([
		['compact', COMPACT_MARK],
		['pcm', PCM_MARK],
	] as const)('is there while an utterance waits, as bytes and with an expiry (%s)', async (redisAudio, mark) => {
		await using stack = new AsyncDisposableStack();
		const { queue } = await setUp(stack, { redisAudio }, false);
		void queue.submit(utterance(1, { pcm: marked(1) }));
		await expect.poll(() => keysWithAudio()).toHaveLength(1);
		const [key = ''] = await keysWithAudio();
		expect(key).toContain(':audio:');
		expect((await redis.getBuffer(key))?.includes(mark)).toBe(true);
		expect(await redis.pttl(key)).toBeGreaterThan(0);
		expect(await redis.pttl(key)).toBeLessThanOrEqual(5_000);
	});

	it('takes less than 8 KB for each second, with all that is kept beside it', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue, prefix } = await setUp(stack, { redisAudio: 'compact' }, false);
		const before = new Set(await redis.keys('*'));
		void queue.submit(utterance(1, { pcm: noise(2) }));
		await expect.poll(() => redis.keys(`${prefix}:audio:*`)).toHaveLength(1);
		await expect.poll(() => redis.keys(`${prefix}:inference:????????-*`)).toHaveLength(1);
		let bytes = 0;
		for (const key of await redis.keys('*')) {
			if (before.has(key)) continue;
			const isText = (await redis.type(key)) === 'string';
			bytes += key.length + (isText ? await redis.strlen(key) : (await redis.dumpBuffer(key)).length);
		}
		expect(bytes).toBeGreaterThan(2 * 7_000);
		expect(bytes).toBeLessThan(2 * 8_000);
	});

	it('cannot be read without the key, and is gone all the same when a worker has another', async () => {
		await using stack = new AsyncDisposableStack();
		const payloadKey = 'ab'.repeat(32);
		const { queue, prefix } = await setUp(stack, { payloadKey, redisAudio: 'pcm' }, false);
		const errors: Error[] = [];
		const answers = [1, 2, 3].map((tag) => queue.submit(utterance(tag, { pcm: marked(tag) })));
		await expect.poll(() => redis.keys(`${prefix}:audio:*`)).toHaveLength(3);
		expect(await keysWithAudio()).toEqual([]);
		const wrong = { ...SETTINGS, url: server.url, prefix, payloadKey: 'cd'.repeat(32) };
		stack.use(new BullMqWorker(new ScriptedClassifier(), { ...wrong, onError: (error) => errors.push(error) }));
		for (const answer of answers) {
			expect(await answer).toMatchObject({ cause: 'failed', reason: expect.stringContaining('SES_PAYLOAD_KEY') });
		}
		expect(errors).toMatchObject([{ code: 'SES_PAYLOAD_REFUSED' }]);
		await expect.poll(() => redis.keys(`${prefix}:audio:*`)).toEqual([]);
	});

	it('is read with the key', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue } = await setUp(stack, { payloadKey: 'ab'.repeat(32) });
		expect(await queue.submit(utterance(7))).toMatchObject({ status: 'classified' });
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
		expect(await keysWithAudio()).toEqual([]);
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
		await expect.poll(() => keysWithAudio()).toHaveLength(4);
		consent.abort();
		await Promise.all(answers);
		await expect.poll(() => keysWithAudio()).toEqual([]);
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
		const { queue } = await setUp(stack, { ttlMs: 400 }, false);
		void queue.submit(utterance(1, { pcm: marked(1) }));
		await expect.poll(() => keysWithAudio()).toHaveLength(1);
		await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
		await expect.poll(() => keysWithAudio()).toEqual([]);
	});

	it('is gone when the queue is closed', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue, prefix } = await setUp(stack, {}, false);
		const answers = [1, 2, 3].map((tag) => queue.submit(utterance(tag, { pcm: marked(tag) })));
		await expect.poll(() => keysWithAudio()).toHaveLength(3);
		await queue[Symbol.asyncDispose]();
		await Promise.all(answers);
		expect(await leftovers(prefix)).toEqual([]);
	});
});
