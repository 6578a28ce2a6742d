import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeDiscord, startFakeDiscord } from './fake-discord.ts';
import {
	ADA,
	alertRecord,
	BEN,
	cookieOf,
	HOME,
	OTHER,
	openBench,
	signIn,
	type Visit,
	visitWith,
	type WebBench,
} from './support.ts';

let bench: WebBench;
let discord: FakeDiscord;
let operator: Visit;
/** Of OTHER only. */
let moderator: Visit;
let token: string;
/** Of OTHER only. */
let foreignToken: string;

beforeAll(async () => {
	discord = await startFakeDiscord({ id: BEN, name: 'Ben', guilds: [{ id: OTHER, permissions: String(1n << 13n) }] });
	bench = await openBench({
		oauth: discord.options,
		limits: { requests: 10_000, streams: 1000, signIns: 1000, badTokens: 1000 },
	});
	await bench.store.alerts.add(alertRecord('alert-1'));
	operator = await signIn(bench);
	moderator = await visitWith(bench.url, await discord.signIn(bench.url));
	token = await bench.tokens.create({ name: 'all', scopes: ['feed:read'], guilds: 'all' });
	foreignToken = await bench.tokens.create({ name: 'other', scopes: ['feed:read'], guilds: [OTHER] });
});
afterAll(async () => {
	await bench[Symbol.asyncDispose]();
	await discord[Symbol.asyncDispose]();
});

const codeOf = async (response: Response): Promise<string> => {
	const { error } = (await response.json()) as { error: { code: string } };
	return `${response.status} ${error.code}`;
};

const READS = ['/api/v1/state', '/api/v1/events', '/api/v1/audio', '/queues', '/queues/'];
const CHANGES: [string, object][] = [
	['/api/v1/alerts/alert-1/acknowledge', { guildId: HOME }],
	['/api/v1/alerts/alert-1/verdict', { guildId: HOME, verdict: 'justified' }],
	['/api/v1/alerts/alert-1/reveal', { guildId: HOME, reason: 'because I want to know' }],
	['/api/v1/logout', {}],
];

/** With headers that fetch does not let one set. */
const raw = (path: string, headers: Record<string, string>): Promise<number> =>
	new Promise((resolve, reject) => {
		const sent = request(`${bench.url}${path}`, { headers }, (response) => {
			response.destroy();
			resolve(response.statusCode ?? 0);
		});
		sent.on('upgrade', (_, socket) => {
			socket.destroy();
			resolve(101);
		});
		sent.on('error', reject);
		sent.end();
	});
const UPGRADE = {
	connection: 'upgrade',
	upgrade: 'websocket',
	'sec-websocket-version': '13',
	'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

describe('without signing in', () => {
	it.each(READS)('GET %s is refused', async (path) => {
		expect(await codeOf(await fetch(`${bench.url}${path}`))).toBe('401 unauthenticated');
		const cookie = 'ses_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
		expect(await codeOf(await fetch(`${bench.url}${path}`, { headers: { cookie } }))).toBe('401 unauthenticated');
	});

	it.each(CHANGES)('POST %s is refused', async (path, body) => {
		const init = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
		expect(await codeOf(await fetch(`${bench.url}${path}`, init))).toBe('401 unauthenticated');
	});

	it.each(['/api/v1/ws', '/api/v1/audio'])('the WebSocket %s is refused', async (path) => {
		expect(await raw(path, UPGRADE)).toBe(401);
	});

	it('the WebSocket of calls is for nobody’s page, and tells nothing to plain requests', async () => {
		expect(await raw('/api/v1/audio/twilio', { ...UPGRADE, origin: bench.url })).toBe(403);
		// This server takes no audio; audio-twilio.test.ts has those that do.
		expect(await codeOf(await fetch(`${bench.url}/api/v1/audio/twilio`))).toBe('404 not-found');
	});

	it('a session tells nothing but that there is none', async () => {
		expect(await (await fetch(`${bench.url}/api/v1/session`)).json()).toEqual({ signedIn: false, discord: true });
	});
});

describe('with a token', () => {
	const bearer = (value: string) => ({ authorization: `Bearer ${value}` });

	it.each(['/api/v1/state', '/api/v1/session', '/api/v1/audio', '/queues'])(
		'GET %s is refused: it opens the feed only',
		async (path) => {
			expect(await codeOf(await fetch(`${bench.url}${path}`, { headers: bearer(token) }))).toBe('403 forbidden');
		},
	);

	it.each(CHANGES)('POST %s is refused, also beside a good cookie', async (path, body) => {
		expect(await codeOf(await operator.post(path, body, bearer(token)))).toBe('403 forbidden');
	});

	it.each([
		['no token', 'nonsense'],
		['one cut short', () => token.slice(0, -1)],
		['one with another secret', () => `${token.slice(0, 13)}${'A'.repeat(43)}`],
		['an empty one', ''],
	])('%s is refused', async (_, value) => {
		const headers = bearer(typeof value === 'string' ? value : value());
		expect(await codeOf(await fetch(`${bench.url}/api/v1/events`, { headers }))).toBe('401 unauthenticated');
		expect(await raw('/api/v1/ws', { ...UPGRADE, ...headers })).toBe(401);
	});

	it('one that has run out is refused', async () => {
		const expired = await bench.tokens.create({
			name: 'old',
			scopes: ['feed:read'],
			guilds: 'all',
			expiresAt: Date.now() - 1,
		});
		const response = await fetch(`${bench.url}/api/v1/events`, { headers: bearer(expired) });
		expect(await codeOf(response)).toBe('401 unauthenticated');
	});

	it('another server is refused, and types out of reach', async () => {
		const narrow = await bench.tokens.create({ name: 'n', scopes: ['feed:read'], guilds: 'all', types: ['mood'] });
		const ask = (query: string, value: string) =>
			fetch(`${bench.url}/api/v1/events?${query}`, { headers: bearer(value) });
		expect(await codeOf(await ask(`guilds=${HOME}`, foreignToken))).toBe('403 forbidden');
		expect(await codeOf(await ask('types=emotion', narrow))).toBe('403 forbidden');
		expect(await raw(`/api/v1/ws?guilds=${HOME}`, { ...UPGRADE, ...bearer(foreignToken) })).toBe(403);
	});

	it('a token in the address counts for nothing', async () => {
		expect((await fetch(`${bench.url}/api/v1/events?token=${token}`)).status).toBe(401);
	});

	it.each(['types=nonsense', 'guilds=1', 'guilds=', 'limit=1', `lastEventId=${'x'.repeat(41)}`])(
		'?%s is refused as malformed',
		async (query) => {
			const response = await fetch(`${bench.url}/api/v1/events?${query}`, { headers: bearer(token) });
			expect(await codeOf(response)).toBe('400 malformed');
		},
	);

	it('a page of another origin is refused, unless it is named', async () => {
		const origin = 'https://game.example';
		expect(await raw('/api/v1/events', { ...bearer(token), origin })).toBe(403);
		expect(await raw('/api/v1/ws', { ...UPGRADE, ...bearer(token), origin })).toBe(403);
		await using open = await openBench({ feed: { origins: [origin] } });
		const headers = {
			...bearer(await open.tokens.create({ name: 'g', scopes: ['feed:read'], guilds: 'all' })),
			origin,
		};
		const end = new AbortController();
		const response = await fetch(`${open.url}/api/v1/events`, { headers, signal: end.signal });
		expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
		end.abort();
	});
});

describe('with a cookie', () => {
	it.each(CHANGES)('POST %s needs the header, the origin and the type', async (path, body) => {
		expect(await codeOf(await operator.post(path, body, { 'x-csrf-token': '' }))).toBe('403 csrf');
		expect(await codeOf(await operator.post(path, body, { 'x-csrf-token': moderator.csrfToken }))).toBe('403 csrf');
		expect(await codeOf(await operator.post(path, body, { origin: 'https://evil.example' }))).toBe('403 csrf');
		expect(await codeOf(await operator.post(path, body, { origin: 'null' }))).toBe('403 csrf');
		expect(await codeOf(await operator.post(path, body, { 'content-type': 'text/plain' }))).toBe('415 media-type');
	});

	it.each(CHANGES)('POST %s refuses what is malformed or too large', async (path, body) => {
		expect(await codeOf(await operator.post(path, '{'))).toBe('400 malformed');
		expect(await codeOf(await operator.post(path, '[]'))).toBe('400 malformed');
		expect(await codeOf(await operator.post(path, { ...body, more: true }))).toBe('400 malformed');
		expect(await codeOf(await operator.post(path, { ...body, reason: 'x'.repeat(20_000) }))).toBe('413 too-large');
	});

	it.each(CHANGES.slice(0, 3))('POST %s refuses a moderator of another server', async (path, body) => {
		expect(await codeOf(await moderator.post(path, body))).toBe('403 forbidden');
		expect(await codeOf(await moderator.post(path, { ...body, guildId: OTHER }))).toBe('404 not-found');
		expect(await bench.store.alerts.get(HOME, 'alert-1')).not.toHaveProperty('verdict');
		expect(await bench.store.audit.list(HOME, { from: 0, limit: 10 })).toEqual([]);
	});

	it('a moderator sees nothing of another server, and no queues', async () => {
		const state = await (await moderator.get('/api/v1/state')).text();
		expect(state).not.toContain(HOME);
		expect(JSON.parse(state)).not.toHaveProperty('webhooks');
		expect(await codeOf(await moderator.get('/queues'))).toBe('403 forbidden');
		expect(await codeOf(await moderator.get(`/api/v1/events?guilds=${HOME}`))).toBe('403 forbidden');
	});

	it('a page of another origin cannot use it for the feed, nor for the queues', async () => {
		const headers = { cookie: operator.cookie, origin: 'https://evil.example' };
		expect(await raw('/api/v1/events', headers)).toBe(403);
		expect(await raw('/api/v1/ws', { ...UPGRADE, ...headers })).toBe(403);
		expect(await raw('/api/v1/ws', { ...UPGRADE, cookie: operator.cookie, origin: bench.url })).toBe(101);
		const drain = (origin: string) =>
			fetch(`${bench.url}/queues/drain`, { method: 'PUT', headers: { cookie: operator.cookie, origin } });
		expect(await codeOf(await drain('https://evil.example'))).toBe('403 csrf');
		expect(await (await drain(bench.url)).text()).toBe('gone');
	});
});

describe('whoever asks', () => {
	it('must mean this host', async () => {
		expect(await raw('/api/v1/session', { host: 'evil.example' })).toBe(421);
		expect(await raw('/api/v1/ws', { ...UPGRADE, host: 'evil.example', cookie: operator.cookie })).toBe(421);
		expect(await raw('/api/v1/session', { host: 'localhost:1' })).toBe(200);
	});

	it.each(['/', '/api/v1/session', '/api/v1/nothing', '/queues'])('gets strict headers at %s', async (path) => {
		const { headers } = await operator.get(path);
		const policy = headers.get('content-security-policy') ?? '';
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain("script-src 'self';");
		expect(policy).toContain("frame-ancestors 'none'");
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('referrer-policy')).toBe('no-referrer');
		expect(headers.get('x-frame-options')).toBe('DENY');
	});

	it.each([
		['requests', '/api/v1/session', {}],
		['streams', '/api/v1/ws?types=nonsense', 'cookie'],
		['badTokens', '/api/v1/events', { authorization: 'Bearer x' }],
		['signIns', '/sign-in?token=x', {}],
	])('has only so many %s', async (limit, path, headers) => {
		await using tight = await openBench({ limits: { [limit]: 5 } });
		const sent = headers === 'cookie' ? { cookie: (await signIn(tight)).cookie } : (headers as Record<string, string>);
		const seen: number[] = [];
		let last: Response | undefined;
		for (let index = 0; index < 6; index++) {
			last = await fetch(`${tight.url}${path}`, { headers: sent, redirect: 'manual' });
			seen.push(last.status);
		}
		expect(seen.slice(0, 3)).not.toContain(429);
		expect(seen.at(-1)).toBe(429);
		expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
	});

	it('finds nothing outside of the console’s folder', async () => {
		for (const path of ['/..%2f..%2ftokens.json', '/%2e%2e/tokens.json', '/.%5c..%5ctokens.json']) {
			expect(await (await fetch(`${bench.url}${path}`)).text()).not.toContain('hash');
		}
	});
});

describe('what was used once', () => {
	it('does not sign in again', async () => {
		const link = `${bench.url}/sign-in?token=${await bench.tokens.createLink()}`;
		expect((await fetch(link, { method: 'HEAD' })).status).toBe(204);
		const [first, second] = [await fetch(link, { redirect: 'manual' }), await fetch(link, { redirect: 'manual' })];
		expect(cookieOf(first)).toMatch(/^ses_session=/);
		expect([second.headers.get('location'), cookieOf(second)]).toEqual(['/?error=sign-in', '']);
		const log = await fetch(bench.web.signInUrl, { redirect: 'manual' });
		expect(log.headers.get('location')).toBe('/?error=sign-in');
	});

	it('a cookie is no good after signing out', async () => {
		const visit = await signIn(bench, true);
		expect((await visit.post('/api/v1/logout', {})).status).toBe(200);
		expect(await codeOf(await visit.get('/api/v1/state'))).toBe('401 unauthenticated');
	});
});

it('speakers are told to nobody without a reason, and every reveal is noted', async () => {
	const path = '/api/v1/alerts/alert-1/reveal';
	expect(await codeOf(await operator.post(path, { guildId: HOME, reason: '  short  ' }))).toBe('400 malformed');
	expect(await (await operator.get('/api/v1/state')).text()).not.toContain(ADA);
	const answer = await operator.post(path, { guildId: HOME, reason: 'several complaints about it' });
	expect(await answer.json()).toEqual({
		alertId: 'alert-1',
		speakers: [{ userId: ADA, name: 'Ada' }, { userId: BEN }],
	});
	expect(await bench.store.audit.list(HOME, { from: 0, limit: 10 })).toMatchObject([
		{ action: 'reveal', actor: 'console', subject: 'alert-1', detail: 'several complaints about it' },
	]);
});
