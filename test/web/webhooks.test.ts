import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedDraft } from '../../src/web/feed/index.ts';
import { Feed } from '../../src/web/feed/index.ts';
import { webhookOptions } from '../../src/web/options.ts';
import { isPublicAddress } from '../../src/web/webhooks/addresses.ts';
import { pauseMs, Receiver, type ReceiverLimits } from '../../src/web/webhooks/receiver.ts';
import { until } from '../support/until.ts';
import { ADA, HOME, heat, LOUNGE, OTHER, openBench, SILENT_LOG, signIn, started } from './support.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** Answers with the next of `statuses`, then with 204, and keeps what it was sent. */
class Listener {
	readonly heard: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
	statuses: number[] = [];
	headers: Record<string, string> = {};
	/** While it is set, nothing is answered. */
	hold: Promise<void> | undefined;
	readonly #server = createServer(async (request, response) => {
		this.heard.push({ headers: request.headers, body: await text(request) });
		await this.hold;
		response.writeHead(this.statuses.shift() ?? 204, this.headers).end();
	});
	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
	}
	async open(): Promise<void> {
		this.#server.listen(0, '127.0.0.1');
		await once(this.#server, 'listening');
	}
	async close(): Promise<void> {
		this.#server.closeAllConnections();
		this.#server.close();
		await once(this.#server, 'close');
	}
}

let listener: Listener;
let feed: Feed;
beforeEach(async () => {
	listener = new Listener();
	await listener.open();
	feed = new Feed({ maxSubscribers: 1, resumeMs: 60_000, maxBufferedBytes: 65_536, heartbeatMs: 60_000 });
});
afterEach(async () => {
	feed[Symbol.dispose]();
	await listener.close();
});

const receiver = (limits: Partial<ReceiverLimits> = {}, options: object = {}): Receiver =>
	new Receiver(
		webhookOptions.parse({ url: listener.url, secret: SECRET, ...options }),
		{ attempts: 4, mayBePrivate: true, firstPauseMs: 5, ...limits },
		SILENT_LOG,
	);
const happening = (guildId = HOME, about: string[] = []) =>
	feed.publish({
		type: 'heat',
		at: 1,
		guildId,
		about,
		data: () => ({ sessionId: 's', channelId: LOUNGE, state: 'calm', score: 0, contributors: 0, reasons: [] }),
	} satisfies FeedDraft);

describe('a webhook', () => {
	it('is signed as Standard Webhooks has it, and a forged or old one is not', async () => {
		using hook = receiver();
		const event = happening();
		hook.offer(event);
		await until(() => hook.stats.delivered === 1);
		const [{ headers, body } = { headers: {}, body: '' }] = listener.heard;
		const signed = headers as Record<string, string>;
		expect(new Webhook(SECRET).verify(body, signed)).toEqual(JSON.parse(event.json('pseudonymous')));
		expect(signed['webhook-id']).toBe(event.id);
		expect(() => new Webhook(SECRET).verify(`${body} `, signed)).toThrow();
		expect(() => new Webhook(SECRET).verify(body, { ...signed, 'webhook-id': 'x' })).toThrow();
		const old = String(Number(signed['webhook-timestamp']) - 600);
		expect(() => new Webhook(SECRET).verify(body, { ...signed, 'webhook-timestamp': old })).toThrow();
	});

	it('is tried again under the same id until it is taken', async () => {
		using hook = receiver();
		listener.statuses = [500, 429, 302];
		hook.offer(happening());
		await until(() => hook.stats.delivered === 1);
		expect(listener.heard).toHaveLength(4);
		expect(new Set(listener.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
		expect(hook.stats).toMatchObject({ retried: 3, dead: 0, pending: 0 });
	});

	it('is given up after its attempts, and the next is sent all the same', async () => {
		using hook = receiver({ attempts: 2 });
		listener.statuses = [500, 500];
		hook.offer(happening());
		await until(() => hook.stats.dead === 1);
		hook.offer(happening());
		await until(() => hook.stats.delivered === 1);
		expect(listener.heard).toHaveLength(3);
	});

	it('waits for as long as it is asked to', async () => {
		using hook = receiver();
		listener.statuses = [503];
		listener.headers = { 'retry-after': '3600' };
		hook.offer(happening());
		await until(() => hook.stats.retried === 1);
		expect(hook.stats).toMatchObject({ pending: 1, delivered: 0 });
		expect(listener.heard).toHaveLength(1);
	});

	it('ends for good where it is gone', async () => {
		using hook = receiver();
		listener.statuses = [410];
		hook.offer(happening());
		await until(() => hook.stats.status === 'gone');
		hook.offer(happening());
		expect(hook.stats).toMatchObject({ pending: 0, delivered: 0 });
		expect(listener.heard).toHaveLength(1);
	});

	it('is given up after its time when nobody answers', async () => {
		using hook = receiver({ attempts: 2, timeoutMs: 50 });
		const answer = Promise.withResolvers<void>();
		listener.hold = answer.promise;
		hook.offer(happening());
		await until(() => hook.stats.dead === 1);
		answer.resolve();
	});

	it('carries what it is for, and not what a member withdrew', async () => {
		using hook = receiver({}, { guilds: [HOME], types: ['heat'] });
		listener.statuses = [500];
		listener.headers = { 'retry-after': '1' };
		hook.offer(happening(OTHER));
		hook.offer(happening(HOME, [ADA]));
		await until(() => hook.stats.retried === 1);
		hook.withdraw(HOME, ADA);
		hook.offer(happening());
		await until(() => hook.stats.delivered === 1);
		expect(hook.stats).toMatchObject({ pending: 0, delivered: 1 });
		expect(listener.heard).toHaveLength(2);
	});

	it('carries no partial results, unless it is for them', async () => {
		using usual = receiver();
		using named = receiver({}, { types: ['partial'] });
		const data = {
			sessionId: 's',
			channelId: LOUNGE,
			speaker: 'v',
			utteranceId: 'u',
			startMs: 0,
			endMs: 1,
			sequence: 1,
		};
		const judged = { label: 'unsure', confidence: 0, valence: 0, arousal: 0, probabilities: {} } as const;
		const draft = {
			type: 'partial',
			at: 1,
			guildId: HOME,
			about: [ADA],
			data: () => ({ ...data, ...judged }),
		} as const;
		const event = feed.publish(draft as unknown as FeedDraft);
		for (const hook of [usual, named]) hook.offer(event);
		usual.offer(happening());
		await until(() => usual.stats.delivered === 1 && named.stats.delivered === 1);
		expect(listener.heard.map(({ body }) => JSON.parse(body).type).sort()).toEqual(['heat', 'partial']);
	});

	it('lets the oldest go when too many wait', async () => {
		using hook = receiver();
		const answer = Promise.withResolvers<void>();
		listener.hold = answer.promise;
		for (let index = 0; index < 1010; index++) hook.offer(happening());
		expect(hook.stats).toMatchObject({ pending: 1004, dropped: 6 });
		answer.resolve();
	});

	it('pauses twice as long each time, within bounds and by chance', () => {
		expect([1, 2, 3, 20].map((attempts) => pauseMs(attempts, 1000, 1))).toEqual([1000, 2000, 4000, 300_000]);
		expect(pauseMs(1, 1000, 0)).toBe(500);
	});
});

describe('addresses', () => {
	it.each([
		'127.0.0.1',
		'10.1.2.3',
		'172.31.0.1',
		'192.168.1.1',
		'169.254.169.254',
		'100.64.0.1',
		'0.0.0.0',
		'224.0.0.1',
		'255.255.255.255',
		'::1',
		'::',
		'fe80::1',
		'fd00::1',
		'ff02::1',
		'::ffff:127.0.0.1',
		'::ffff:a00:1',
		'64:ff9b::7f00:1',
		'2002:7f00:1::',
		'localhost',
	])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

	it.each(['1.1.1.1', '93.184.216.34', '2606:4700::1111', '::ffff:1.1.1.1'])('%s is public', (address) =>
		expect(isPublicAddress(address)).toBe(true),
	);

	it.each(['127.0.0.1', 'localhost', '[::1]', '0x7f.1'])('a webhook at %s is not even tried', async (host) => {
		const url = listener.url.replace('127.0.0.1', host);
		using hook = receiver({ mayBePrivate: false }, { url });
		hook.offer(happening());
		await until(() => hook.stats.dead === 1);
		expect(listener.heard).toEqual([]);
		expect(hook.stats.retried).toBe(0);
	});
});

it('webhooks of the configuration are sent what happens, and an operator sees how they fare', async () => {
	const webhooks = [{ url: listener.url, secret: SECRET, types: ['heat'] as 'heat'[] }];
	await using bench = await openBench({ webhooks, webhooksMayBePrivate: true });
	for (const event of [started('a'), heat('a')]) bench.see(event);
	await until(() => listener.heard.length === 1);
	const operator = await signIn(bench);
	const stats = async () => ((await (await operator.get('/api/v1/state')).json()) as { webhooks: object[] }).webhooks;
	await until(async () => JSON.stringify(await stats()).includes('"delivered":1'));
	expect(await stats()).toMatchObject([{ host: new URL(listener.url).host, status: 'active' }]);
});
