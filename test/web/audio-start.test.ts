import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOggOpus } from '../../src/sim/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { clip, Sender, START } from './audio-support.ts';
import { startBot } from './started-bot.ts';

const KEY = '00'.repeat(32);

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ses-audio-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('audio in of `ses start`', () => {
	it('is heard, shown, and not kept', { timeout: 240_000 }, async () => {
		const file = join(folder, 'ses.sqlite');
		await using started = await startBot(folder, 'audio', { SES_STORAGE__FILE: file, SES_STORAGE_KEY: KEY });
		const { bot, ada, url, token } = started;
		const { guildId } = ada;

		const authorization = `Bearer ${token}`;
		const sender = new Sender(`${url}/api/v1/audio`, [], { authorization });
		sender.webSocket.once('open', () => sender.say({ ...START, codec: 'opus', guildId, speaker: ada.id }));
		await sender.answered('ready');
		for (const packet of await readOggOpus(clip('ravdess/03-01-05-02-02-01-07'))) sender.webSocket.send(packet);
		await sender.answered('emotion');
		expect(sender.of('emotion')).toMatchObject([{ label: 'anger', speaker: expect.stringMatching(/^v-/) as string }]);

		const state = await started.state();
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
