import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFeed, type FeedEvent } from '../../client/index.ts';
import { BotProcess } from '../../src/app/demo/bot-process.ts';
import { readOggOpus, SimulatedDiscord } from '../../src/sim/index.ts';
import { TokenFile } from '../../src/web/index.ts';
import { until } from '../support/until.ts';
import { cookieOf } from '../web/support.ts';

const TOKEN = 'a-token-for-tests';
const CLIP = fileURLToPath(new URL('../../samples/ravdess/03-01-05-02-02-01-07.opus', import.meta.url));
const PATIENCE_MS = 60_000;

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ses-console-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('console and feed of `ses start`', () => {
	it('tell what the bot hears, and nobody’s id', { timeout: 240_000 }, async () => {
		await using discord = await SimulatedDiscord.start({
			guilds: [{ name: 'Test', channels: [{ name: 'general' }, { name: 'lounge', kind: 'voice' }] }],
			bots: [{ token: TOKEN }],
		});
		const ada = discord.createMember({ name: 'Ada', permissions: 0x20n, listens: false });
		const tokenFile = join(folder, 'tokens.json');
		const token = await new TokenFile(tokenFile).create({ name: 'game', scopes: ['feed:read'], guilds: 'all' });
		let signIn = '';
		await using bot = new BotProcess(
			{
				DISCORD_TOKEN: TOKEN,
				DISCORD_API_BASE: discord.apiBase,
				NODE_EXTRA_CA_CERTS: await discord.writeCaCertificate(),
				SES_BOT__ATTESTED: 'true',
				SES_STORAGE__FILE: ':memory:',
				SES_STORAGE_KEY: '00'.repeat(32),
				SES_HEALTH__EVERY_MS: '1000',
				SES_WEB__PORT: '0',
				SES_WEB__TOKEN_FILE: tokenFile,
			},
			() => {},
			(link) => {
				signIn = link;
			},
		);
		await Promise.race([
			discord.waitFor('commands-registered', undefined, { timeoutMs: PATIENCE_MS, since: 0 }),
			bot.died(),
		]);
		const url = new URL(signIn).origin;
		const end = new AbortController();
		const events: FeedEvent[] = [];
		const reading = (async () => {
			for await (const event of connectFeed({ url, token, signal: end.signal })) events.push(event);
		})();
		const of = (type: FeedEvent['type']): FeedEvent[] => events.filter((event) => event.type === type);

		await ada.join('lounge');
		await ada.command('emotion join', {}, { timeoutMs: PATIENCE_MS });
		await ada.command('consent give');
		await ada.speak(await readOggOpus(CLIP));
		await until(() => of('heat').length > 0 && of('health').length > 0, PATIENCE_MS);

		const cookie = cookieOf(await fetch(signIn, { redirect: 'manual' }));
		const state = await (await fetch(`${url}/api/v1/state`, { headers: { cookie } })).text();
		expect(JSON.parse(state)).toMatchObject({
			sessions: [
				{ guildName: 'Test', channelName: 'lounge', speakers: [{ speaker: expect.stringMatching(/^v-/) as string }] },
			],
			guilds: [{ name: 'Test', consents: 1, retentionDays: 30 }],
			inference: { workers: 1 },
		});

		await ada.command('consent withdraw');
		await until(() => of('consent').length === 2, PATIENCE_MS);
		await ada.command('emotion leave');
		await until(() => of('session').length === 2, PATIENCE_MS);
		end.abort();
		await reading;
		const emotions = of('emotion').map(({ data }) => (data as { speaker: string }).speaker);
		expect(of('consent').at(-1)).toMatchObject({ data: { action: 'withdrawn', speakers: [emotions[0]] } });
		expect(`${state}${JSON.stringify(events)}`).not.toContain(ada.id);
		await bot.stop();
	});
});
