import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectFeed, FeedError, type FeedEvent, type FeedOptions } from '../../client/index.ts';
import { until } from '../support/until.ts';
import {
	ADA,
	emotion,
	ended,
	HOME,
	heat,
	LOUNGE,
	OTHER,
	openBench,
	signIn,
	started,
	type WebBench,
	withdrawn,
} from './support.ts';

let bench: WebBench;
beforeEach(async () => {
	bench = await openBench({ feed: { heartbeatMs: 1000 } });
});
afterEach(() => bench[Symbol.asyncDispose]());

const tokenFor = (guilds: 'all' | string[] = 'all', scopes: ('feed:read' | 'feed:speakers')[] = ['feed:read']) =>
	bench.tokens.create({ name: 'test', scopes, guilds });

/** Reads until told to stop. */
function reader(options: Partial<FeedOptions> = {}) {
	const end = new AbortController();
	const events: FeedEvent[] = [];
	const notes: string[] = [];
	const done = (async () => {
		for await (const event of connectFeed({
			url: bench.url,
			signal: end.signal,
			onConnect: (resumed) => notes.push(resumed ? 'resumed' : 'connected'),
			onGap: () => notes.push('gap'),
			onBreak: () => notes.push('broken'),
			...options,
		})) {
			events.push(event);
		}
	})();
	const failed = done.then(
		() => undefined,
		(error: unknown) => error,
	);
	return {
		events,
		notes,
		failed,
		connected: () => until(() => notes.length > 0),
		async stop() {
			end.abort();
			await done;
		},
	};
}

describe.each(['sse', 'websocket'] as const)('the feed over %s', (transport) => {
	it('tells a program what happens, under pseudonyms', async () => {
		const read = reader({ token: await tokenFor(), transport });
		await read.connected();
		for (const event of [started('a'), emotion('a', ADA), heat('a'), ended('a')]) bench.see(event);
		await until(() => read.events.length === 4);
		await read.stop();
		expect(read.events.map(({ type }) => type)).toEqual(['session', 'emotion', 'heat', 'session']);
		expect(read.events[1]).toMatchObject({
			v: 1,
			guildId: HOME,
			data: { sessionId: 'a', channelId: LOUNGE, label: 'anger' },
		});
		expect(JSON.stringify(read.events)).not.toContain(ADA);
	});

	it('tells user ids to a token that may have them', async () => {
		const read = reader({ token: await tokenFor('all', ['feed:read', 'feed:speakers']), transport });
		await read.connected();
		for (const event of [started('a'), emotion('a', ADA)]) bench.see(event);
		await until(() => read.events.length === 2);
		await read.stop();
		expect(read.events[1]).toMatchObject({ data: { speakerId: ADA } });
	});

	it('keeps to the servers and types of the token, and to what is asked for', async () => {
		const token = await bench.tokens.create({
			name: 'test',
			scopes: ['feed:read'],
			guilds: [HOME],
			types: ['heat', 'session'],
		});
		const [all, some] = [reader({ token, transport }), reader({ token, transport, types: ['heat'] })];
		await Promise.all([all.connected(), some.connected()]);
		for (const event of [started('b', OTHER), heat('b'), started('a'), emotion('a', ADA), heat('a')]) bench.see(event);
		await until(() => all.events.length === 2 && some.events.length === 1);
		await Promise.all([all.stop(), some.stop()]);
		expect(all.events.map(({ type, guildId }) => [type, guildId])).toEqual([
			['session', HOME],
			['heat', HOME],
		]);
	});

	it('loses nothing for a client whose connection breaks', async () => {
		const token = await tokenFor();
		bench.see(started('a'));
		const first = reader({ token, transport });
		await first.connected();
		bench.see(heat('a', 0.1));
		await until(() => first.events.length === 1);
		await first.stop();
		for (const score of [0.2, 0.3]) bench.see(heat('a', score));
		const again = reader({ token, transport, lastEventId: first.events[0]?.id as string });
		await until(() => again.events.length === 2);
		bench.see(heat('a', 0.4));
		await until(() => again.events.length === 3);
		await again.stop();
		expect(again.notes).toEqual(['resumed']);
		expect(again.events.map(({ data }) => 'score' in data && data.score)).toEqual([0.2, 0.3, 0.4]);
	});

	it('tells of a gap when the bot has been started anew', async () => {
		const read = reader({ token: await tokenFor(), transport, lastEventId: 'zzzzzz-7' });
		await until(() => read.notes.length === 2);
		await read.stop();
		expect(read.notes).toEqual(['connected', 'gap']);
	});

	it('does not replay what a member said who withdrew', async () => {
		const token = await tokenFor();
		bench.see(started('a'));
		const first = reader({ token, transport });
		await first.connected();
		bench.see(heat('a', 0.1));
		await until(() => first.events.length === 1);
		await first.stop();
		for (const event of [emotion('a', ADA), heat('a', 0.2), withdrawn(ADA)]) bench.see(event);
		const again = reader({ token, transport, lastEventId: first.events[0]?.id as string });
		await until(() => again.events.length === 2);
		await again.stop();
		expect(again.events.map(({ type }) => type)).toEqual(['heat', 'consent']);
		expect(again.events[1]).toMatchObject({ data: { action: 'withdrawn', speakers: [expect.stringMatching(/^v-/)] } });
	});

	it('ends when the token is revoked, and is not opened again', async () => {
		const read = reader({ token: await tokenFor(), transport });
		await read.connected();
		const [record] = await bench.tokens.refresh().then(() => bench.tokens.tokens);
		await bench.tokens.revoke(record?.id as string);
		expect(await read.failed).toBeInstanceOf(FeedError);
		expect(await read.failed).toMatchObject({ code: 4001 });
		const refused = reader({ token: 'ses_abcdefgh_0123456789012345678901234567890123456789012', transport });
		expect(await refused.failed).toMatchObject({ code: 401 });
	});

	it('is come back to when the server goes away', async () => {
		const read = reader({ token: await tokenFor(), transport });
		await read.connected();
		await bench.web[Symbol.asyncDispose]();
		await until(() => read.notes.includes('broken'));
		await read.stop();
		bench = await openBench();
	});
});

describe('a connection that is no good', () => {
	const open = async (headers: Record<string, string>, protocols = ['ses.v1']): Promise<WebSocket> => {
		const socket = new WebSocket(`${bench.url.replace('http', 'ws')}/api/v1/ws`, protocols, { headers });
		await once(socket, 'open');
		return socket;
	};

	it('is closed for sending what is not to be sent, and answered when it pings', async () => {
		const authorization = `Bearer ${await tokenFor()}`;
		const socket = await open({ authorization });
		const heard: string[] = [];
		socket.on('message', (data) => heard.push(String(data)));
		socket.send('{"type":"ping"}');
		await until(() => heard.some((text) => text === '{"type":"pong"}'));
		socket.send('{"type":"subscribe"}');
		const [code] = (await once(socket, 'close')) as [number];
		expect(code).toBe(1008);
		const large = await open({ authorization });
		large.send('x'.repeat(2000));
		expect((await once(large, 'close'))[0]).toBe(1009);
		const binary = await open({ authorization });
		binary.send(Buffer.from([1, 2, 3]));
		expect((await once(binary, 'close'))[0]).toBe(1008);
	});

	it('is never answered with the token that it offered as a sub-protocol', async () => {
		const socket = await open({}, ['ses.v1', `bearer.${await tokenFor()}`]);
		expect(socket.protocol).toBe('ses.v1');
		socket.close();
	});

	it('is closed when it does not read, while others go on', async () => {
		await using small = await openBench({ feed: { maxBufferedBytes: 16_384, heartbeatMs: 1000 } });
		const token = await small.tokens.create({ name: 'test', scopes: ['feed:read'], guilds: 'all' });
		const deaf = connect(Number(new URL(small.url).port), '127.0.0.1');
		deaf.on('error', () => {});
		deaf.write(`GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`);
		await once(deaf, 'data');
		deaf.pause();
		const operator = await signIn(small);
		const stats = async () => ((await (await operator.get('/api/v1/state')).json()) as { feed: unknown }).feed;
		small.see(started('a'));
		await until(async () => {
			for (let index = 0; index < 500; index++) small.see(heat('a'));
			return ((await stats()) as { shed: number }).shed === 1;
		}, 20_000);
		expect(await stats()).toEqual({ subscribers: 0, shed: 1 });
		deaf.destroy();
	});

	it('ends when its visitor signs out', async () => {
		const visit = await signIn(bench);
		const response = await visit.get('/api/v1/events');
		const text = response.text();
		await visit.post('/api/v1/logout', {});
		expect(await text).toMatch(/event: close\ndata: .*"reason":"signed-out"/);
	});
});
