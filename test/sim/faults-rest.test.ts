import { Routes } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord } from '../../src/sim/index.ts';
import { home, logIn, TOKEN } from './support/bot.ts';

const MESSAGES = '/channels/:channelId/messages';

function caller(discord: SimulatedDiscord, token = TOKEN) {
	return async (path: string, body?: object) => {
		const response = await fetch(`${discord.apiBase}/v10${path}`, {
			headers: { authorization: `Bot ${token}`, 'content-type': 'application/json' },
			...(body && { method: 'POST', body: JSON.stringify(body) }),
		});
		const header = (name: string) => response.headers.get(name);
		const json = (await response.json()) as Record<string, unknown>;
		return { status: response.status, header, json };
	};
}

describe('a rate limit', () => {
	it('shows in headers, then refuses, for each channel by itself', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, bots: [{ token: TOKEN }, { token: 'other' }] });
		const [call, other] = [caller(discord), caller(discord, 'other')];
		const [general, lounge] = ['general', 'Lounge'].map((name) => `/channels/${discord.channel(name).id}/messages`);
		const limit = discord.faults.rest.limit({ route: MESSAGES, method: 'POST', requests: 2, perMs: 60_000 });
		const remaining: unknown[] = [];
		for (let sent = 0; sent < 2; sent++) {
			const { status, header } = await call(general ?? '', { content: 'x' });
			expect(status).toBe(200);
			expect(header('x-ratelimit-limit')).toBe('2');
			expect(Number(header('x-ratelimit-reset-after'))).toBeGreaterThan(50);
			expect(Number(header('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000);
			expect(header('x-ratelimit-bucket')).toMatch(/^[0-9a-f]{32}$/);
			remaining.push(header('x-ratelimit-remaining'));
		}
		expect(remaining).toEqual(['1', '0']);
		const refused = await call(general ?? '', { content: 'x' });
		expect(refused.status).toBe(429);
		expect(refused.json).toEqual({
			message: 'You are being rate limited.',
			retry_after: expect.any(Number),
			global: false,
		});
		expect(refused.json['retry_after']).toBeLessThanOrEqual(60);
		expect(refused.header('x-ratelimit-scope')).toBe('user');
		expect(Number(refused.header('retry-after'))).toBeGreaterThan(50);
		// Another channel, another method, another bot.
		expect((await call(lounge ?? '', { content: 'x' })).status).toBe(200);
		expect((await call(general ?? '')).status).toBe(200);
		expect((await other(general ?? '', { content: 'x' })).status).toBe(200);
		expect(discord.messages('general')).toHaveLength(3);
		limit.end();
		const free = await call(general ?? '', { content: 'x' });
		expect([free.status, free.header('x-ratelimit-limit')]).toEqual([200, null]);
	});

	it('over all routes is global, and spares answers to interactions', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		await client.application.commands.set([{ name: 'ping', description: 'Ping' }]);
		client.on('interactionCreate', (interaction) => {
			if (interaction.isChatInputCommand()) void interaction.reply('pong');
		});
		const call = caller(discord);
		discord.faults.rest.limitGlobally({ requests: 1, perMs: 60_000 });
		expect((await call('/users/@me')).status).toBe(200);
		const refused = await call('/gateway/bot');
		expect([refused.status, refused.json['global']]).toEqual([429, true]);
		expect(refused.header('x-ratelimit-global')).toBe('true');
		expect(refused.header('x-ratelimit-scope')).toBe('global');
		const anna = discord.createMember({ name: 'Anna' });
		expect((await anna.command('ping')).content).toBe('pong');
	});

	it('is waited out by a real client', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const limit = discord.faults.rest.limit({ route: MESSAGES, method: 'POST', requests: 2, perMs: 400 });
		const path = Routes.channelMessages(discord.channel('general').id);
		const startedAt = performance.now();
		await Promise.all(['1', '2', '3', '4', '5'].map((content) => client.rest.post(path, { body: { content } })));
		// Two windows have to pass for five requests at two in each.
		expect(performance.now() - startedAt).toBeGreaterThanOrEqual(800);
		expect(discord.messages('general').map(({ content }) => content)).toEqual(['1', '2', '3', '4', '5']);
		expect(limit.hits).toBeGreaterThanOrEqual(5);
	});
});

describe('a REST server in trouble', () => {
	it('answers with an error, so many times', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const call = caller(discord);
		const failure = discord.faults.rest.refuse({ status: 503, route: '/gateway/bot', times: 2 });
		expect((await call('/users/@me')).status).toBe(200);
		for (let attempt = 0; attempt < 2; attempt++) {
			expect((await call('/gateway/bot')).json).toEqual({ message: '503: Service Unavailable', code: 0 });
		}
		expect((await call('/gateway/bot')).status).toBe(200);
		expect(failure.hits).toBe(2);
		using _shared = discord.faults.rest.refuse({ status: 429, retryAfterMs: 2_500 });
		const refused = await call('/users/@me');
		expect([refused.status, refused.json['retry_after'], refused.header('x-ratelimit-scope')]).toEqual([
			429,
			2.5,
			'shared',
		]);
	});

	it('answers late, or when it is let go', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const call = caller(discord);
		const late = discord.faults.rest.stall({ route: '/users/@me', forMs: 200 });
		const startedAt = performance.now();
		expect((await call('/users/@me')).status).toBe(200);
		expect(performance.now() - startedAt).toBeGreaterThanOrEqual(195);
		late.end();
		const stall = discord.faults.rest.stall();
		let answers = 0;
		const waiting = Array.from({ length: 3 }, () => call('/gateway/bot').then(() => answers++));
		await expect.poll(() => stall.hits, { timeout: 5_000 }).toBe(3);
		expect(answers).toBe(0);
		stall.end();
		await Promise.all(waiting);
		expect(answers).toBe(3);
	});

	it('does not have a fault where there is no route', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const { rest } = discord.faults;
		expect(() => rest.refuse({ status: 500, route: '/channels/:id/messages' })).toThrow('There is no route');
		expect(() => rest.limit({ route: MESSAGES, method: 'PUT', requests: 1, perMs: 1 })).toThrow(
			'There is no route "PUT',
		);
		expect(() => rest.stall({ route: '/nowhere' })).toThrow('/nowhere');
	});
});
