import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addressProblem, hasHashTag, redisAddress, withoutCredentials } from '../../src/inference/bullmq/address.ts';
import { probeRedis } from '../../src/inference/bullmq/connection.ts';
import { BullMqQueue, BullMqWorker, inferenceOptions } from '../../src/inference/index.ts';
import { startRedis } from '../support/redis.ts';
import { startCluster, startSentinel, startTlsRedis } from '../support/redis-kinds.ts';
import { ScriptedClassifier, tagOf, utterance } from './scripted-classifier.ts';

const SETTINGS = { ttlMs: 20_000, maxDepth: 100, maxBatch: 4, maxBatchWaitMs: 1, concurrency: 1 };

let stack: AsyncDisposableStack;
beforeEach(() => {
	stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** A bot and a worker over Redis at `url`. */
async function connectBoth(url: string): Promise<BullMqQueue> {
	const options = { ...SETTINGS, url, prefix: `{${randomUUID()}}` };
	await stack.use(new BullMqWorker(stack.use(new ScriptedClassifier()), options)).ready();
	return stack.use(new BullMqQueue(options));
}

async function carries(queue: BullMqQueue, tags: readonly number[]): Promise<void> {
	const outcomes = await Promise.all(tags.map((tag) => queue.submit(utterance(tag))));
	expect(
		outcomes.map((outcome) => (outcome.status === 'classified' ? tagOf(outcome.classification) : outcome)),
	).toEqual(tags);
}

const faultOf = (url: string): Promise<unknown> =>
	probeRedis(url).then(
		() => undefined,
		(error: unknown) => error,
	);

describe('REDIS_URL', () => {
	it('names single servers, Sentinel and Cluster, with TLS or without', () => {
		expect(redisAddress.parse('redis://me:p%40ss:w@cache/3')).toEqual({
			kind: 'single',
			nodes: [{ host: 'cache', port: 6379 }],
			username: 'me',
			password: 'p@ss:w',
			database: 3,
		});
		expect(redisAddress.parse('rediss://:secret@[::1]:7000?ca=/etc/ca.pem&servername=cache')).toEqual({
			kind: 'single',
			nodes: [{ host: '::1', port: 7000 }],
			password: 'secret',
			database: 0,
			tls: { ca: '/etc/ca.pem', servername: 'cache' },
		});
		expect(redisAddress.parse('redis-sentinel://:pw@a,b:26380/1?name=main&sentinelPassword=other')).toEqual({
			kind: 'sentinel',
			nodes: [
				{ host: 'a', port: 26_379 },
				{ host: 'b', port: 26_380 },
			],
			password: 'pw',
			database: 1,
			sentinel: { name: 'main', password: 'other' },
		});
		expect(redisAddress.parse('rediss-cluster://a:1,b:2')).toMatchObject({ kind: 'cluster', tls: {} });
	});

	it.each([
		['http://cache', /must begin with redis:\/\//],
		['redis://', /not scheme:/],
		['redis://a,b', /redis-sentinel:\/\/ or redis-cluster/],
		['redis://a:99999', /no port/],
		['redis://a b', /host/],
		['redis://:100%@cache', /%25/],
		['redis-cluster://a/2', /no database/],
		['redis://cache?ca=/x', /parameters may be none/],
		['rediss://cache?insecure=1', /ca, cert, key, servername/],
		['redis-sentinel://a?name=', /name/],
	])('refuses %s and quotes nothing of it', (url, problem) => {
		expect(addressProblem(url)).toMatch(problem);
		const secret = url.replace('://', '://user:hunter2@');
		expect(addressProblem(secret) ?? '').not.toContain('hunter2');
		const parsed = inferenceOptions.safeParse({ redisUrl: url });
		expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual(['redisUrl']);
	});

	it('is told without what opens doors', () => {
		expect(withoutCredentials('rediss-sentinel://u:p@a:1,b:2/3?sentinelPassword=x')).toBe(
			'rediss-sentinel://a:1,b:2/3',
		);
		expect(withoutCredentials('redis://u:p%')).not.toContain('p%');
	});

	it('of a cluster asks for a prefix with a hash tag', () => {
		expect(['{ses}', 'a{ses}b', 'ses', '{}ses', 'ses}'].map(hasHashTag)).toEqual([true, true, false, false, false]);
		const options = { redisUrl: 'redis-cluster://a', redisPrefix: 'ses' };
		expect(inferenceOptions.safeParse(options).error?.issues).toMatchObject([
			{ path: ['redisPrefix'], message: expect.stringContaining('one slot') },
		]);
		expect(inferenceOptions.safeParse({ ...options, redisPrefix: '{ses}' }).success).toBe(true);
		expect(inferenceOptions.safeParse({ ...options, redisUrl: 'redis://a' }).success).toBe(true);
	});
});

describe('Redis as it is set up', () => {
	it('with a password lets in who knows it and tells the others why not', async () => {
		const { url } = stack.use(await startRedis('--requirepass', 'right'));
		const at = (login: string): string => url.replace('redis://', `redis://${login}`);
		expect(await faultOf(url)).toMatchObject({ code: 'SES_REDIS_REFUSED', message: expect.stringContaining('NOAUTH') });
		expect(await faultOf(at(':wrong@'))).toMatchObject({
			code: 'SES_REDIS_REFUSED',
			message: expect.stringMatching(/password is wrong \(WRONGPASS\)/),
		});
		expect(await probeRedis(at(':right@'))).toMatchObject({ maxmemoryPolicy: 'noeviction' });
		await carries(await connectBoth(at(':right@')), [1, 2, 3]);
	});

	it('with TLS and a password carries utterances, and checks the certificate', async () => {
		const { port, ca } = await startTlsRedis(stack, 'right');
		const url = (parameters: string, password = 'right'): string =>
			`rediss://:${password}@localhost:${port}${parameters}`;
		expect(await faultOf(url(''))).toMatchObject({
			code: 'SES_REDIS_UNREACHABLE',
			message: expect.stringMatching(/self-signed certificate/),
		});
		expect(await faultOf(url('?ca=/nowhere/ca.pem'))).toMatchObject({
			code: 'SES_REDIS_UNREACHABLE',
			message: expect.stringMatching(/file for `ca` cannot be read/),
		});
		expect(await faultOf(url(`?ca=${ca}&servername=elsewhere`))).toMatchObject({
			message: expect.stringMatching(/altnames/),
		});
		expect(await faultOf(url(`?ca=${ca}`, 'wrong'))).toMatchObject({ code: 'SES_REDIS_REFUSED' });
		expect(await probeRedis(url(`?ca=${ca}`))).toMatchObject({ version: expect.stringMatching(/^\d/) });
		await carries(await connectBoth(url(`?ca=${ca}`)), [1, 2, 3]);
	});

	it('as a cluster of three carries utterances, and must be called one', async () => {
		const ports = await startCluster(stack);
		expect(await faultOf(`redis://127.0.0.1:${ports[0]}`)).toMatchObject({
			code: 'SES_REDIS_UNSUITABLE',
			message: expect.stringContaining('redis-cluster://'),
		});
		const url = `redis-cluster://127.0.0.1:${ports[2]},127.0.0.1:${ports[0]}`;
		expect(await probeRedis(url)).toMatchObject({ version: expect.stringMatching(/^\d/) });
		// Each queue has a hash tag of its own, so that several of them come to lie on several nodes.
		const queues = await Promise.all([1, 2, 3, 4].map(() => connectBoth(url)));
		await Promise.all(queues.map((queue, index) => carries(queue, [10 * index, 10 * index + 1])));
	}, 60_000);

	it('as Sentinel carries utterances, through the death of the master', async () => {
		const sentinel = await startSentinel(stack, 'right');
		const url = (password: string): string => `redis-sentinel://:${password}@127.0.0.1:${sentinel.port}?name=watched`;
		expect(await faultOf(`redis://127.0.0.1:${sentinel.port}`)).toMatchObject({ code: 'SES_REDIS_UNSUITABLE' });
		expect(await faultOf(url('wrong'))).toMatchObject({ code: 'SES_REDIS_REFUSED' });
		const queue = await connectBoth(url('right'));
		await carries(queue, [1, 2]);
		await sentinel.killMaster();
		await carries(queue, [3, 4]);
		expect(queue.stats()).toMatchObject({ submitted: 4, classified: 4 });
	}, 60_000);

	it('of an old version is refused', async () => {
		const sockets = new Set<Socket>();
		const info = '# Server\r\nredis_version:5.0.14\r\nredis_mode:standalone\r\n';
		// No old Redis can be had here: this one answers the two questions that are asked, as 5.0 would.
		const old = createServer((socket) => {
			sockets.add(socket);
			socket.on('data', (data) => {
				for (const command of data.toString().matchAll(/\$\d+\r\n(info|client|hello)\r\n/gi)) {
					if (command[1]?.toLowerCase() === 'info') socket.write(`$${info.length}\r\n${info}\r\n`);
					else socket.write(`-ERR unknown command \`${command[1]}\`, with args beginning with: \r\n`);
				}
			});
			socket.on('error', () => undefined);
		}).listen(0, '127.0.0.1');
		stack.defer(() => {
			for (const socket of sockets) socket.destroy();
			old.close();
		});
		await once(old, 'listening');
		expect(await faultOf(`redis://127.0.0.1:${(old.address() as AddressInfo).port}`)).toMatchObject({
			code: 'SES_REDIS_UNSUITABLE',
			message: expect.stringMatching(/5\.0\.14; 6\.2 or newer/),
		});
	});

	it('away is unreachable, whichever kind it is', async () => {
		for (const kind of ['redis', 'redis-sentinel', 'redis-cluster']) {
			expect(await faultOf(`${kind}://user:hunter2@127.0.0.1:1`)).toMatchObject({
				code: 'SES_REDIS_UNREACHABLE',
				message: expect.not.stringContaining('hunter2'),
			});
		}
	});
});
