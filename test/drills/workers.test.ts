import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BullMqQueue } from '../../src/inference/index.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { expectBooksToAgree, SETTINGS, startWorker, submitAll } from './support.ts';

let server: TestRedis;
beforeAll(async () => {
	server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

const place = () => ({ url: server.url, prefix: `{${randomUUID()}}` });

describe('drill: workers', { timeout: 180_000 }, () => {
	it('kill -9 in mid-batch: another worker does what the dead one had', async () => {
		const at = place();
		await using queue = new BullMqQueue({ ...SETTINGS, ...at });
		await using dead = await startWorker({ ...at, classifyMs: 60_000 });
		const answers = submitAll(queue, 20);
		await until(() => dead.begun() > 0);
		dead.process.kill('SIGKILL');
		await using _other = await startWorker(at);
		expect(await expectBooksToAgree(queue, answers)).toEqual({ classified: 20 });
	});

	it('SIGSTOP beyond the lock: another takes over, and what the stopped one says later is no news', async () => {
		const at = place();
		await using queue = new BullMqQueue({ ...SETTINGS, ...at });
		await using stopped = await startWorker({ ...at, classifyMs: 300 });
		const answers = submitAll(queue, 12);
		await until(() => stopped.begun() > 0);
		stopped.process.kill('SIGSTOP');
		await using _other = await startWorker(at);
		expect(await expectBooksToAgree(queue, answers)).toEqual({ classified: 12 });
		stopped.process.kill('SIGCONT');
		// It works on: a job of its own comes through, and the old ones are not counted again.
		const more = submitAll(queue, 12, 100);
		await Promise.all(more);
		await delay(500);
		expect(await expectBooksToAgree(queue, [...answers, ...more])).toEqual({ classified: 24 });
	});

	it('clocks that are an hour apart in both directions change nothing', async () => {
		const at = place();
		await using queue = new BullMqQueue({ ...SETTINGS, ...at });
		const hour = 3_600_000;
		await using _ahead = await startWorker({ ...at, clockSkewMs: hour, classifyMs: 5 });
		await using _behind = await startWorker({ ...at, clockSkewMs: -hour, classifyMs: 5 });
		expect(await expectBooksToAgree(queue, submitAll(queue, 200))).toEqual({ classified: 200 });
	});

	it('SIGSTOP of the only worker beyond the life of what it has: that is dropped as expired, no more', async () => {
		const at = place();
		await using queue = new BullMqQueue({ ...SETTINGS, ...at, ttlMs: 1_500 });
		await using stopped = await startWorker({ ...at, classifyMs: 200 });
		const answers = submitAll(queue, 12);
		await until(() => stopped.begun() > 0);
		stopped.process.kill('SIGSTOP');
		const counts = await expectBooksToAgree(queue, answers);
		expect(counts['expired']).toBeGreaterThan(0);
		stopped.process.kill('SIGCONT');
		const [after] = submitAll(queue, 1, 100);
		expect(await after).toMatchObject({ status: 'classified' });
	});

	it('a slow worker: what it cannot do in time is dropped and counted', async () => {
		const at = place();
		await using queue = new BullMqQueue({ ...SETTINGS, ...at, ttlMs: 2_000 });
		await using _slow = await startWorker({ ...at, classifyMs: 150, maxBatch: 1 });
		const counts = await expectBooksToAgree(queue, submitAll(queue, 100));
		expect(counts['classified']).toBeGreaterThan(0);
		expect(counts['expired']).toBeGreaterThan(0);
	});
});
