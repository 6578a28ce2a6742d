import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MODERATOR_PERMISSIONS } from '../../src/domain/index.ts';
import { freePort } from '../support/redis.ts';
import { type FakeDiscord, startFakeDiscord } from './fake-discord.ts';
import { ADA, cookieOf, HOME, OTHER, openBench, signIn, visitWith, type WebBench } from './support.ts';

const MANAGE_MESSAGES = String(1n << 13n);
const ELSEWHERE = '1456074443984994309';

let discord: FakeDiscord;
let bench: WebBench;
beforeAll(async () => {
	discord = await startFakeDiscord({
		id: ADA,
		name: 'ada',
		guilds: [
			{ id: HOME, permissions: MANAGE_MESSAGES },
			{ id: OTHER, permissions: String(1n << 10n) },
			{ id: ELSEWHERE, permissions: '0', owner: true },
		],
	});
	bench = await openBench({ oauth: discord.options, limits: { signIns: 1000 } });
});
afterAll(async () => {
	await bench[Symbol.asyncDispose]();
	await discord[Symbol.asyncDispose]();
});
beforeEach(() => {
	discord.refuse = undefined;
});

const begin = () => fetch(`${bench.url}/auth/discord`, { redirect: 'manual' });
const finish = (back: string, cookie: string) => fetch(back, { headers: { cookie }, redirect: 'manual' });
const locationOf = (response: Response): string => response.headers.get('location') ?? '';

describe('signing in with Discord', () => {
	it('shows a moderator the servers that they moderate and the bot is in', async () => {
		const visit = await visitWith(bench.url, await discord.signIn(bench.url));
		expect(await (await visit.get('/api/v1/session')).json()).toEqual({
			signedIn: true,
			role: 'moderator',
			name: 'ada',
			guilds: [{ id: HOME, name: 'Home' }],
			csrfToken: visit.csrfToken,
			expiresAt: expect.any(Number) as number,
			discord: true,
		});
		expect(discord.revoked).toContain('access');
	});

	it('takes for moderators those whom the bot takes for moderators, too', async () => {
		const guilds = MODERATOR_PERMISSIONS.map((permission, index) => ({
			id: index === 0 ? HOME : OTHER,
			permissions: String(permission),
		}));
		for (const guild of guilds) {
			await using theirs = await startFakeDiscord({ id: ADA, name: 'ada', guilds: [guild] });
			await using console = await openBench({ oauth: theirs.options });
			const visit = await visitWith(console.url, await theirs.signIn(console.url));
			expect(await (await visit.get('/api/v1/session')).json()).toMatchObject({ guilds: [{ id: guild.id }] });
		}
	});

	it('keeps its cookies from scripts and from other sites', async () => {
		const begun = await begin();
		expect(begun.headers.getSetCookie()).toEqual([
			expect.stringMatching(/^ses_oauth=[\w-]{43}; Max-Age=600; Path=\/auth\/discord; HttpOnly; SameSite=Lax$/),
		]);
		const done = await finish(discord.agree(locationOf(begun)), cookieOf(begun));
		expect(done.headers.getSetCookie().at(-1)).toMatch(
			/^ses_session=[\w-]{43}; Max-Age=28800; Path=\/; HttpOnly; SameSite=Strict$/,
		);
		expect(locationOf(done)).toBe('/');
	});

	it('asks for PKCE, a state, and no more than it needs', async () => {
		const asked = new URL(locationOf(await begin())).searchParams;
		expect(Object.fromEntries(asked)).toMatchObject({
			response_type: 'code',
			client_id: discord.options.clientId,
			scope: 'identify guilds',
			code_challenge_method: 'S256',
			redirect_uri: `${bench.url}/auth/discord/callback`,
		});
		expect(asked.get('state')).toMatch(/^[\w-]{43}$/);
		expect(asked.get('code_challenge')).toMatch(/^[\w-]{43}$/);
	});

	it.each([
		['another browser', async (back: string) => finish(back, cookieOf(await begin()))],
		['no browser that began it', async (back: string) => finish(back, '')],
		['a forged state', async (back: string, cookie: string) => finish(back.replace(/state=.*/, 'state=x'), cookie)],
		['no code', async (back: string, cookie: string) => finish(back.replace(/code=[^&]*/, 'code='), cookie)],
		['a forged code', async (back: string, cookie: string) => finish(back.replace(/code=[^&]*/, 'code=x'), cookie)],
	])('refuses %s', async (_, come) => {
		const begun = await begin();
		const done = await come(discord.agree(locationOf(begun)), cookieOf(begun));
		expect(locationOf(done)).toBe('/?error=discord');
		expect(cookieOf(done)).not.toContain('ses_session');
	});

	it('counts an attempt once', async () => {
		const begun = await begin();
		const back = discord.agree(locationOf(begun));
		expect(locationOf(await finish(back, cookieOf(begun)))).toBe('/');
		expect(locationOf(await finish(back, cookieOf(begun)))).toBe('/?error=discord');
	});

	it('says so when Discord refuses, and when there is no server to moderate', async () => {
		discord.refuse = 500;
		const begun = await begin();
		expect(locationOf(await finish(discord.agree(locationOf(begun)), cookieOf(begun)))).toBe('/?error=discord');
		await using nobody = await startFakeDiscord({
			id: ADA,
			name: 'ada',
			guilds: [{ id: ELSEWHERE, permissions: '8' }],
		});
		await using web = await openBench({ oauth: nobody.options });
		const start = await fetch(`${web.url}/auth/discord`, { redirect: 'manual' });
		expect(locationOf(await finish(nobody.agree(locationOf(start)), cookieOf(start)))).toBe('/?error=no-server');
	});

	it('is not there when it is not set up', async () => {
		await using web = await openBench();
		expect(locationOf(await fetch(`${web.url}/auth/discord`, { redirect: 'manual' }))).toBe('/?error=discord');
		expect(await (await fetch(`${web.url}/api/v1/session`)).json()).toEqual({ signedIn: false, discord: false });
	});
});

describe('behind TLS', () => {
	it('has cookies that need it, and tells browsers to stay with it', async () => {
		const port = await freePort();
		await using web = await openBench({ publicUrl: 'https://ses.example', port });
		expect(web.web.signInUrl).toMatch(/^https:\/\/ses\.example\/sign-in\?token=/);
		const path = web.web.signInUrl.replace('https://ses.example', `http://127.0.0.1:${port}`);
		const response = await fetch(path, { redirect: 'manual' });
		expect(response.headers.getSetCookie()).toEqual([
			expect.stringMatching(
				/^__Host-ses_session=[\w-]{43}; Max-Age=28800; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
			),
		]);
		expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
	});
});

describe('the link of an operator', () => {
	it('shows all servers', async () => {
		const visit = await signIn(bench);
		expect(await (await visit.get('/api/v1/session')).json()).toMatchObject({
			role: 'operator',
			name: 'Operator',
			guilds: [{ id: HOME }, { id: OTHER }],
		});
	});
});
