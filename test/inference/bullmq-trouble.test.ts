import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packAudio } from '../../src/inference/bullmq/payload.ts';
import { BullMqQueue, BullMqWorker, checkInference, createInference } from '../../src/inference/index.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { TINY_MODEL } from './models.ts';
import { ScriptedClassifier, tagOf, utterance } from './scripted-classifier.ts';

/** Audio travels to the sample, because the first one is the tag. */
const SETTINGS = {
	ttlMs: 5_000,
	maxDepth: 50,
	maxBatch: 4,
	maxBatchWaitMs: 1,
	concurrency: 1,
	redisAudio: 'pcm',
} as const;

describe('BullMqQueue when Redis is away', () => {
	it('answers within the time to live, tells of the outage, and never throws', async () => {
		const states: string[] = [];
		await using queue = new BullMqQueue({
			...SETTINGS,
			ttlMs: 300,
			url: 'redis://127.0.0.1:1',
			prefix: '{x}',
			onStateChange: ({ status }) => states.push(status),
		});
		const outcomes = await Promise.all([1, 2, 3].map((tag) => queue.submit(utterance(tag))));
		expect(outcomes.map((outcome) => outcome.status === 'dropped' && outcome.cause)).toEqual(Array(3).fill('expired'));
		expect(states).toEqual(['unreachable']);
	});

	it('holds no more than its depth', async () => {
		await using queue = new BullMqQueue({
			...SETTINGS,
			ttlMs: 500,
			maxDepth: 5,
			url: 'redis://127.0.0.1:1',
			prefix: '{x}',
		});
		const answers = Array.from({ length: 100 }, (_, tag) => queue.submit(utterance(tag)));
		await delay(50);
		expect(queue.depth).toBeLessThanOrEqual(5);
		await Promise.all(answers);
		expect(queue.stats()).toMatchObject({ submitted: 100, dropped: { full: 95, expired: 5 } });
	});

	it('sends what waited once it is back, and loses nothing to a restart', async () => {
		await using server = await startRedis();
		await using classifier = new ScriptedClassifier();
		const prefix = `{${randomUUID()}}`;
		const states: string[] = [];
		await using worker = new BullMqWorker(classifier, { ...SETTINGS, url: server.url, prefix });
		await worker.ready();
		await using queue = new BullMqQueue({
			...SETTINGS,
			url: server.url,
			prefix,
			onStateChange: ({ status }) => states.push(status),
		});
		expect((await queue.submit(utterance(1))).status).toBe('classified');

		const release = classifier.hold(2);
		const inWork = queue.submit(utterance(2));
		await classifier.reached(2);
		await server.stop();
		const duringOutage = queue.submit(utterance(3));
		await delay(200);
		await server.start();
		release();
		const outcomes = await Promise.all([inWork, duringOutage]);
		expect(outcomes.map((outcome) => outcome.status === 'classified' && tagOf(outcome.classification))).toEqual([2, 3]);
		expect(queue.stats()).toMatchObject({ submitted: 3, classified: 3 });
		expect(states).toEqual(['ready', 'unreachable', 'ready']);
	});
});

describe('BullMqQueue when Redis is in trouble', () => {
	it('says at once what a full server refuses', async () => {
		await using server = await startRedis('--maxmemory', '1mb', '--maxmemory-policy', 'noeviction');
		await using queue = new BullMqQueue({ ...SETTINGS, url: server.url, prefix: '{x}' });
		const outcome = await queue.submit(utterance(1));
		expect(outcome).toMatchObject({ cause: 'failed', reason: expect.stringContaining('OOM') });
	});

	it('keeps to the time to live while the server hangs, and goes on when it wakes', async () => {
		await using server = await startRedis();
		await using classifier = new ScriptedClassifier();
		const options = { ...SETTINGS, ttlMs: 400, url: server.url, prefix: '{x}' };
		await using worker = new BullMqWorker(classifier, options);
		await worker.ready();
		await using queue = new BullMqQueue(options);
		expect((await queue.submit(utterance(1))).status).toBe('classified');
		server.pause();
		expect(await queue.submit(utterance(2))).toMatchObject({ cause: 'expired' });
		server.resume();
		expect((await queue.submit(utterance(3))).status).toBe('classified');
		expect(queue.stats()).toMatchObject({ submitted: 3, classified: 2, dropped: { expired: 1 } });
	});

	it('can be closed while the server is gone, the worker as well', async () => {
		const server = await startRedis();
		await using classifier = new ScriptedClassifier();
		const options = { ...SETTINGS, url: server.url, prefix: '{x}' };
		const worker = new BullMqWorker(classifier, options);
		await worker.ready();
		const queue = new BullMqQueue(options);
		expect((await queue.submit(utterance(1))).status).toBe('classified');
		await server[Symbol.asyncDispose]();
		const answer = queue.submit(utterance(2));
		const startedAt = performance.now();
		await Promise.all([queue[Symbol.asyncDispose](), worker[Symbol.asyncDispose]()]);
		expect(performance.now() - startedAt).toBeLessThan(4_000);
		expect(await answer).toMatchObject({ cause: 'cancelled' });
	});
});

describe('BullMqQueue and BullMqWorker', () => {
	let server: TestRedis;
	beforeAll(async () => {
		server = await startRedis();
	});
	afterAll(() => server[Symbol.asyncDispose]());

	it('give each of several bots its own results, from several workers', async () => {
		await using stack = new AsyncDisposableStack();
		const options = { ...SETTINGS, url: server.url, prefix: `{${randomUUID()}}` };
		const classifiers = [new ScriptedClassifier(), new ScriptedClassifier()];
		for (const classifier of classifiers) await stack.use(new BullMqWorker(classifier, options)).ready();
		const queues = [stack.use(new BullMqQueue(options)), stack.use(new BullMqQueue(options))];
		const tags = Array.from({ length: 30 }, (_, tag) => tag);
		const answers = tags.map((tag) => queues[tag % 2]?.submit(utterance(tag, { id: `the same ${tag >> 1}` })));
		const outcomes = await Promise.all(answers);
		expect(outcomes.map((outcome) => outcome?.status === 'classified' && tagOf(outcome.classification))).toEqual(tags);
		expect(classifiers.flatMap(({ tags: seen }) => seen).sort((a, b) => a - b)).toEqual(tags);
	});

	it('gives a job whose worker is gone to another, and counts its result once', async () => {
		await using stack = new AsyncDisposableStack();
		const options = { ...SETTINGS, ttlMs: 20_000, url: server.url, prefix: `{${randomUUID()}}` };
		const stuck = stack.use(new ScriptedClassifier());
		stuck.hold(1);
		const lost = new BullMqWorker(stuck, { ...options, closeMs: 1 });
		await lost.ready();
		const queue = stack.use(new BullMqQueue(options));
		const answer = queue.submit(utterance(1));
		await stuck.reached(1);
		await lost[Symbol.asyncDispose]();
		const other = new ScriptedClassifier();
		await stack.use(new BullMqWorker(other, options)).ready();
		expect(await answer).toMatchObject({ status: 'classified' });
		expect(other.tags).toEqual([1]);
		expect(queue.stats()).toMatchObject({ submitted: 1, classified: 1 });
	});

	it('refuse a job of another version, and audio that is not what was announced, without stopping', async () => {
		await using stack = new AsyncDisposableStack();
		const prefix = `{${randomUUID()}}`;
		const options = { ...SETTINGS, url: server.url, prefix };
		const redis = new Redis(server.url);
		stack.defer(() => redis.disconnect());
		const jobs = new Queue('inference', { connection: redis, prefix });
		stack.defer(() => jobs.close());
		await stack.use(new BullMqWorker(new ScriptedClassifier(), options)).ready();
		const job = { v: 2, producer: 'tester' };
		const whole = packAudio(new Int16Array(1_600), 'any', { codec: 'compact' });
		const altered = (at: number, bytes: number[]): Buffer => {
			const copy = Buffer.from(whole);
			copy.set(bytes, at);
			return copy;
		};
		const sealed = packAudio(new Int16Array(1_600), 'any', { codec: 'pcm', key: Buffer.alloc(32) });
		const cases: [string, unknown, Buffer | undefined, RegExp][] = [
			['version', { ...job, v: 1 }, whole, /does not understand/],
			['truncated', job, whole.subarray(0, -1), /1600 samples take/],
			['oversized', job, Buffer.concat([whole, whole]), /1600 samples take/],
			['empty', job, Buffer.alloc(3), /not even a header/],
			['layout', job, altered(0, [9]), /version 9/],
			['codec', job, altered(1, [7]), /unknown codec 7/],
			['size', job, altered(2, [255, 255, 255, 255]), /4294967295 samples/],
			['encrypted', job, sealed, /no SES_PAYLOAD_KEY/],
		];
		await jobs.add('classify', 'no job at all', { jobId: 'garbage', removeOnFail: true });
		for (const [jobId, data, audio, reason] of cases) {
			if (audio) await redis.set(`${prefix}:audio:${jobId}`, audio, 'PX', 10_000);
			await jobs.add('classify', data, { jobId });
			await expect.poll(() => redis.xlen(`${prefix}:results:tester`)).toBe(1);
			const [[, fields] = ['', []]] = await redis.xrange(`${prefix}:results:tester`, '-', '+');
			expect(JSON.parse(fields[1] ?? '')[0]).toMatchObject({
				id: jobId,
				status: 'failed',
				reason: expect.stringMatching(reason),
			});
			await redis.del(`${prefix}:results:tester`);
			expect(await redis.exists(`${prefix}:audio:${jobId}`)).toBe(0);
		}
		const queue = stack.use(new BullMqQueue(options));
		expect((await queue.submit(utterance(1))).status).toBe('classified');
	});

	it('keep a result for a bot whose connection broke', async () => {
		await using stack = new AsyncDisposableStack();
		const prefix = `{${randomUUID()}}`;
		const options = { ...SETTINGS, url: server.url, prefix };
		const classifier = stack.use(new ScriptedClassifier());
		await stack.use(new BullMqWorker(classifier, options)).ready();
		const queue = stack.use(new BullMqQueue(options));
		const admin = new Redis(server.url);
		stack.defer(() => admin.disconnect());
		const releases = [1, 2, 3].map((tag) => classifier.hold(tag));
		const answers = [1, 2, 3].map((tag) => queue.submit(utterance(tag)));
		await classifier.reached(1);
		await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
		for (const release of releases) release();
		const outcomes = await Promise.all(answers);
		expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('classified'));
	});
});

describe('what is said of Redis at the start', () => {
	const reach = (redisUrl: string) => createInference({ modelDirectory: TINY_MODEL, redisUrl });

	it('is why it cannot be used, without the password', async () => {
		await using locked = await startRedis('--requirepass', 'right');
		const wrong = locked.url.replace('redis://', 'redis://:wrong@');
		for (const [url, code, reason] of [
			['redis://user:hunter2@127.0.0.1:1', 'SES_REDIS_UNREACHABLE', /redis:\/\/127\.0\.0\.1:1: connect ECONNREFUSED/],
			[locked.url, 'SES_REDIS_REFUSED', /NOAUTH|Authentication required/],
			[wrong, 'SES_REDIS_REFUSED', /WRONGPASS|password/],
		] as const) {
			const error = await reach(url).then(
				() => undefined,
				(failure: Error) => failure,
			);
			expect(error).toMatchObject({ code, message: expect.stringMatching(reason) });
			expect(error?.message).not.toMatch(/hunter2|wrong@/);
		}
	});

	it('is what `ses doctor` shows', async () => {
		await using server = await startRedis('--maxmemory-policy', 'allkeys-lru');
		const checks = await checkInference({ modelDirectory: TINY_MODEL, redisUrl: server.url });
		expect(checks.map(({ name, ok }) => `${name} ${ok}`)).toEqual([
			'model true',
			'runtime true',
			'self-test true',
			'redis true',
		]);
		expect(checks.at(-1)).toMatchObject({
			detail: expect.stringMatching(/^Redis \d+\.\d+/),
			hint: expect.stringContaining('noeviction'),
		});
		expect(await checkInference({ modelDirectory: '/nowhere' })).toMatchObject([{ name: 'model', ok: false }]);
	});
});
