import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createInference } from '../../src/inference/index.ts';
import { TINY_MODEL } from '../inference/models.ts';
import { utterance } from '../inference/scripted-classifier.ts';
import { MAIN, ses } from '../support/cli.ts';
import { startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const START_MS = 60_000;

/** `ses worker` as a service manager runs it. */
function startWorker(redisUrl: string, env: Readonly<Record<string, string>> = {}) {
	const child = spawn(process.execPath, [MAIN, 'worker'], {
		env: {
			...process.env,
			REDIS_URL: redisUrl,
			SES_INFERENCE__MODEL_DIRECTORY: TINY_MODEL,
			SES_INFERENCE__WORKERS: '1',
			SES_HEALTH__PORT: '0',
			...env,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	child.stdout.on('data', (text: Buffer) => {
		output += text;
	});
	child.stderr.on('data', (text: Buffer) => {
		output += text;
	});
	const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
	return {
		child,
		ended,
		output: () => output,
		url: () => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0],
		async ready(): Promise<void> {
			await until(() => output.includes('worker is ready') || child.exitCode !== null, START_MS);
			if (child.exitCode !== null) throw new Error(`The worker ended:\n${output}`);
		},
		/** Process ids of its inference processes. */
		async inference(): Promise<number[]> {
			const { stdout } = await promisify(execFile)('pgrep', ['-P', String(child.pid)]).catch(() => ({ stdout: '' }));
			return stdout.split('\n').filter(Boolean).map(Number);
		},
		async [Symbol.asyncDispose]() {
			child.kill('SIGKILL');
			await ended;
		},
	};
}

const status = async (url: string | undefined): Promise<number> => (await fetch(url as string)).status;

describe('ses worker', () => {
	it('is ready when model and Redis are, not when Redis is away, and drains on SIGTERM', {
		timeout: 120_000,
	}, async () => {
		await using redis = await startRedis();
		await using worker = startWorker(redis.url);
		await until(() => worker.url() !== undefined, START_MS);
		expect(await status(`${worker.url()}/live`)).toBe(200);
		await worker.ready();
		expect(await status(`${worker.url()}/ready`)).toBe(200);
		await redis.stop();
		await until(async () => (await status(`${worker.url()}/ready`)) === 503);
		expect(await status(`${worker.url()}/live`)).toBe(200);
		await redis.start();
		await until(async () => (await status(`${worker.url()}/ready`)) === 200);
		const [inference] = await worker.inference();
		worker.child.kill('SIGTERM');
		expect(await worker.ended).toEqual([0, null]);
		expect(() => process.kill(inference as number, 0)).toThrow('ESRCH');
	});

	it('loses nothing when its inference process is killed again and again', { timeout: 120_000 }, async () => {
		await using redis = await startRedis();
		await using bot = await createInference({
			modelDirectory: TINY_MODEL,
			redisUrl: redis.url,
			redisWorker: false,
			ttlMs: 60_000,
		});
		await using worker = startWorker(redis.url, { SES_INFERENCE__MAX_BATCH_WAIT_MS: '50' });
		await worker.ready();
		const answers: Promise<{ readonly status: string }>[] = [];
		for (let round = 0; round < 3; round++) {
			const [before] = await worker.inference();
			for (let tag = 0; tag < 30; tag++) answers.push(bot.queue.submit(utterance(30 * round + tag)));
			process.kill(before as number, 'SIGKILL');
			await until(async () => {
				const [now] = await worker.inference();
				return now !== undefined && now !== before;
			}, START_MS);
		}
		const outcomes = await Promise.all(answers);
		expect(outcomes.map((outcome) => outcome.status)).toEqual(Array.from({ length: 90 }, () => 'classified'));
		expect(worker.output().match(/An inference worker was lost/g)).toHaveLength(3);
		expect(bot.stats()).toMatchObject({ submitted: 90, classified: 90 });
	});

	it('hands over to another worker in the middle of its work', { timeout: 120_000 }, async () => {
		await using redis = await startRedis();
		await using bot = await createInference({
			modelDirectory: TINY_MODEL,
			redisUrl: redis.url,
			redisWorker: false,
			ttlMs: 60_000,
		});
		await using first = startWorker(redis.url);
		await using second = startWorker(redis.url);
		await Promise.all([first.ready(), second.ready()]);
		const answers = Array.from({ length: 200 }, (_, tag) => bot.queue.submit(utterance(tag)));
		await Promise.race(answers);
		first.child.kill('SIGTERM');
		const outcomes = await Promise.all(answers);
		expect(outcomes.every((outcome) => outcome.status === 'classified')).toBe(true);
		expect(await first.ended).toEqual([0, null]);
		expect(second.child.exitCode).toBeNull();
	});

	it('ends with an error when no inference process lives, and leaves what it took to another', {
		timeout: 120_000,
	}, async () => {
		await using redis = await startRedis();
		await using bot = await createInference({
			modelDirectory: TINY_MODEL,
			redisUrl: redis.url,
			redisWorker: false,
			ttlMs: 60_000,
		});
		await using worker = startWorker(redis.url, { SES_INFERENCE__MAX_RESTARTS: '0', SES_INFERENCE__DRAIN_MS: '500' });
		await worker.ready();
		const [inference] = await worker.inference();
		process.kill(inference as number, 'SIGSTOP');
		const answer = bot.queue.submit(utterance(1));
		await delay(500); // on its way, or still in Redis: both must do
		process.kill(inference as number, 'SIGKILL');
		const [code] = await worker.ended;
		expect(code).toBe(1);
		expect(worker.output()).toContain('SES_WORKER_GIVEN_UP');
		await using successor = startWorker(redis.url);
		await successor.ready();
		expect(await answer).toMatchObject({ status: 'classified' });
	});

	it('says what is missing without REDIS_URL', async () => {
		const { code, stderr } = await ses(['worker']);
		expect(code).toBe(1);
		expect(stderr).toContain('A worker needs REDIS_URL');
	});
});
