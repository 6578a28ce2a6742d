import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { Hono } from 'hono';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BullMqQueue, openQueueBoard } from '../../src/inference/index.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { utterance } from './scripted-classifier.ts';

const BASE = '/queues';
/** Samples that occur nowhere else. */
const MARKED = new Int16Array(8_000).fill(0x5a5b);
const MARKS = ['WlpbWl', 'W1pbWltaW1pb', '90,91,90,91', 'ZZ[Z[', 'Z[Z[Z['];

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

/** A board as the console mounts it, and the means to ask it. */
async function openBoard(stack: AsyncDisposableStack, redisPrefix: string, redisUrl = server.url) {
	const board = stack.use(await openQueueBoard({ redisUrl, redisPrefix, basePath: BASE }));
	const app = new Hono();
	app.route(BASE, board.app);
	const ask = (path: string, init?: RequestInit) => app.request(`${BASE}${path}`, init);
	return {
		ask,
		ready: () => expect.poll(async () => (await ask('/api/queues')).status, { timeout: 10_000 }).toBe(200),
	};
}

describe('the board of the queue', () => {
	it('shows what waits and nothing of what was said, not even of a job that has audio in it', async () => {
		await using stack = new AsyncDisposableStack();
		const prefix = `{${randomUUID()}}`;
		const settings = { ttlMs: 60_000, maxDepth: 10, redisAudio: 'pcm' as const };
		const queue = stack.use(new BullMqQueue({ ...settings, url: server.url, prefix }));
		for (const tag of [1, 2]) void queue.submit(utterance(tag, { pcm: MARKED }));
		await expect.poll(() => redis.keys(`${prefix}:audio:*`), { timeout: 10_000 }).toHaveLength(2);
		const jobs = new Queue('inference', { connection: redis, prefix, skipVersionCheck: true });
		stack.defer(() => jobs.close());
		const samples = Buffer.from(MARKED.buffer);
		await jobs.add('classify', {
			v: 2,
			producer: 'other',
			audio: samples.toString('base64'),
			raw: [...samples.subarray(0, 64)],
		});

		const { ask, ready } = await openBoard(stack, prefix);
		await ready();
		const list = await ask('/api/queues?activeQueue=inference&status=waiting&page=1&jobsPerPage=10');
		const { queues } = (await list.json()) as { queues: { jobs: { id: string; data: unknown }[]; counts: object }[] };
		expect(queues).toMatchObject([{ name: 'inference', readOnlyMode: true, counts: { waiting: 3 } }]);
		const shown = queues[0]?.jobs ?? [];
		expect(shown.map(({ data }) => data)).toEqual([{ v: 2 }, { v: 2 }, { v: 2 }]);
		const answers = await Promise.all(
			shown.flatMap(({ id }) => ['', '/logs', '/flow'].map((part) => ask(`/api/queues/inference/${id}${part}`))),
		);
		const texts = await Promise.all([...answers.map((answer) => answer.text()), JSON.stringify(queues)]);
		expect(answers.slice(0, 3).map(({ status }) => status)).toContain(200);
		for (const text of texts) for (const mark of MARKS) expect(text).not.toContain(mark);
	});

	it('changes nothing, whatever it is asked', async () => {
		await using stack = new AsyncDisposableStack();
		const prefix = `{${randomUUID()}}`;
		const jobs = new Queue('inference', { connection: redis, prefix, skipVersionCheck: true });
		stack.defer(() => jobs.close());
		await jobs.add('classify', { v: 2 }, { jobId: 'one' });
		const { ask, ready } = await openBoard(stack, prefix);
		await ready();
		const meta = await redis.hgetall(`${prefix}:inference:meta`);
		for (const [method, path] of [
			['PUT', '/api/queues/inference/pause'],
			['PUT', '/api/queues/pause'],
			['PUT', '/api/queues/inference/empty'],
			['PUT', '/api/queues/inference/obliterate'],
			['PUT', '/api/queues/inference/clean/waiting'],
			['PUT', '/api/queues/inference/one/clean'],
			['POST', '/api/queues/inference/add'],
			['PATCH', '/api/queues/inference/one/update-data'],
			['DELETE', '/api/queues/inference'],
		] as const) {
			expect((await ask(path, { method })).status, path).toBe(405);
		}
		expect(await jobs.getJobCounts()).toMatchObject({ waiting: 1 });
		expect(await redis.hgetall(`${prefix}:inference:meta`)).toEqual(meta);
	});

	it('is a page that asks nobody else for anything', async () => {
		await using stack = new AsyncDisposableStack();
		const { ask, ready } = await openBoard(stack, '{page}');
		await ready();
		for (const path of ['', '/queue/inference']) {
			const page = await (await ask(path)).text();
			expect(page).toContain('Inference queue');
			expect(page).not.toMatch(/(href|src)="https?:/);
			const files = [...page.matchAll(/(?:href|src)="([^"]+\.(?:css|js))"/g)].map(([, file]) => file as string);
			expect(files.length).toBeGreaterThan(2);
			for (const file of files) {
				expect(file.startsWith(`${BASE}/static/`)).toBe(true);
				expect((await ask(file.slice(BASE.length))).status).toBe(200);
			}
		}
	});

	it('says that Redis is away instead of keeping one waiting, and comes back with it', async () => {
		await using stack = new AsyncDisposableStack();
		const own = stack.use(await startRedis());
		const { ask, ready } = await openBoard(stack, '{away}', own.url);
		await ready();
		await own.stop();
		await expect.poll(async () => (await ask('/api/queues')).status, { timeout: 10_000 }).toBe(503);
		await own.start();
		await ready();
	});
});
