import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BotProcess } from '../../src/app/demo/bot-process.ts';
import { readOggOpus, SimulatedDiscord } from '../../src/sim/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { TokenFile } from '../../src/web/index.ts';
import { clip, Sender, START } from './audio-support.ts';
import { cookieOf } from './support.ts';

const TOKEN = 'a-token-for-tests';
const KEY = '00'.repeat(32);
const PATIENCE_MS = 60_000;

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ses-audio-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('audio in of `ses start`', () => {
	it('is heard, shown, and not kept', { timeout: 240_000 }, async () => {
		await using discord = await SimulatedDiscord.start({
			guilds: [{ name: 'Test', channels: [{ name: 'general' }, { name: 'lounge', kind: 'voice' }] }],
			bots: [{ token: TOKEN }],
		});
		const ada = discord.createMember({ name: 'Ada', permissions: 0x20n, listens: false });
		const [tokenFile, file] = [join(folder, 'tokens.json'), join(folder, 'ses.sqlite')];
		const token = await new TokenFile(tokenFile).create({ name: 'kiosk', scopes: ['audio'], guilds: 'all' });
		let signIn = '';
		await using bot = new BotProcess(
			{
				DISCORD_TOKEN: TOKEN,
				DISCORD_API_BASE: discord.apiBase,
				NODE_EXTRA_CA_CERTS: await discord.writeCaCertificate(),
				SES_BOT__ATTESTED: 'true',
				SES_STORAGE__FILE: file,
				SES_STORAGE_KEY: KEY,
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
		const { guildId } = ada;

		const authorization = `Bearer ${token}`;
		const sender = new Sender(`${url}/api/v1/audio`, [], { authorization });
		sender.webSocket.once('open', () => sender.say({ ...START, codec: 'opus', guildId, speaker: ada.id }));
		await sender.answered('ready');
		for (const packet of await readOggOpus(clip('ravdess/03-01-05-02-02-01-07'))) sender.webSocket.send(packet);
		await sender.answered('emotion');
		expect(sender.of('emotion')).toMatchObject([{ label: 'anger', speaker: expect.stringMatching(/^v-/) as string }]);

		const cookie = cookieOf(await fetch(signIn, { redirect: 'manual' }));
		const state = await (await fetch(`${url}/api/v1/state`, { headers: { cookie } })).text();
		expect(JSON.parse(state)).toMatchObject({
			sessions: [{ guildName: 'Test', channelId: 'audio', speakers: [{ speaker: sender.of('ready')[0]?.speaker }] }],
		});
		expect(state).not.toContain(ada.id);

		await bot.stop();
		expect((await sender.ended).code).toBe(1001);
		await using store = await openStore({ file, key: KEY });
		expect(await store.moods.list({ guildId, userId: ada.id, from: 0, to: Date.now() + 60_000 })).toEqual([]);
		expect(await store.alerts.list(guildId, { from: 0, limit: 10 })).toEqual([]);
	});
});
