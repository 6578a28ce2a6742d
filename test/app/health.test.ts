import { describe, expect, it } from 'vitest';
import { openHealthServer, Readiness } from '../../src/app/health/index.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

async function open(readiness: Readiness<string>) {
	const server = await openHealthServer(LOOPBACK, readiness);
	if (!server) throw new Error('No server was opened.');
	return server;
}

describe('the health endpoints', () => {
	it('say ready only when everything that is needed is there, and not while draining', async () => {
		const readiness = new Readiness(['model', 'redis']);
		await using server = await open(readiness);
		const ready = async () => {
			const response = await fetch(`${server.url}/ready`);
			return { status: response.status, ...((await response.json()) as { missing?: string[] }) };
		};
		const seen = [await ready()];
		readiness.set('model', true);
		seen.push(await ready());
		readiness.set('redis', true);
		seen.push(await ready());
		readiness.set('redis', false);
		seen.push(await ready());
		readiness.set('redis', true);
		readiness.drain();
		seen.push(await ready());
		expect(seen.map(({ missing = [] }) => missing)).toEqual([
			['model', 'redis'],
			['redis'],
			[],
			['redis'],
			['draining'],
		]);
		expect((await fetch(`${server.url}/ready`)).status).toBe(503);
	});

	it('say live whatever is missing', async () => {
		await using server = await open(new Readiness(['model']));
		const response = await fetch(`${server.url}/live?from=kubelet`);
		expect(response.status).toBe(200);
		expect(response.headers.get('cache-control')).toBe('no-store');
		expect(await response.json()).toEqual({ status: 'live' });
		expect((await fetch(`${server.url}/live`, { method: 'HEAD' })).status).toBe(200);
	});

	it('read nothing that is sent, and know no other path', async () => {
		await using server = await open(new Readiness([]));
		const body = '{'.repeat(2_000_000);
		expect((await fetch(`${server.url}/ready`, { method: 'POST', body })).status).toBe(405);
		expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
		expect((await fetch(`${server.url}/ready`)).status).toBe(200);
	});

	it('are off without a port, and say so when theirs is taken', async () => {
		expect(await openHealthServer({ host: '127.0.0.1' }, new Readiness([]))).toBeUndefined();
		await using server = await open(new Readiness([]));
		const port = Number(new URL(server.url).port);
		await expect(openHealthServer({ host: '127.0.0.1', port }, new Readiness([]))).rejects.toMatchObject({
			code: 'SES_PORT_UNUSABLE',
			message: expect.stringContaining(`127.0.0.1:${port}`),
		});
	});

	it('close although a client keeps its connection', async () => {
		const server = await open(new Readiness([]));
		await (await fetch(`${server.url}/live`)).text();
		await server[Symbol.asyncDispose]();
		await expect(fetch(`${server.url}/live`)).rejects.toThrow();
	});
});
