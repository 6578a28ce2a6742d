import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFeed, type FeedEvent } from '../../client/index.ts';
import { readOggOpus } from '../../src/sim/index.ts';
import { until } from '../support/until.ts';
import { startBot } from '../web/started-bot.ts';

const CLIP = fileURLToPath(new URL('../../samples/ravdess/03-01-05-02-02-01-07.opus', import.meta.url));
const PATIENCE_MS = 60_000;

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ses-console-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('console and feed of `ses start`', () => {
	it('tell what the bot hears, and nobody’s id', { timeout: 240_000 }, async () => {
		await using started = await startBot(folder, 'feed:read', {
			SES_STORAGE__FILE: ':memory:',
			SES_STORAGE_KEY: '00'.repeat(32),
			SES_HEALTH__EVERY_MS: '1000',
		});
		const { bot, ada, url, token } = started;
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

		const state = await started.state();
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
