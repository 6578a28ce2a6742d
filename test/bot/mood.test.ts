import { PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { trendLines } from '../../src/bot/commands/mood/trend.ts';
import { LOCALES } from '../../src/bot/i18n/index.ts';
import { startBot, translate } from '../../src/bot/index.ts';
import { createChartRenderer } from '../../src/charts/index.ts';
import { EMOTIONS, type EmotionLabel, type MoodEntry, SesError } from '../../src/domain/index.ts';
import type { SimulatedMember } from '../../src/sim/index.ts';
import { startBench, type TestBench, TOKEN } from '../support/discord.ts';

/** For machines with more to do than this. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const HOUR_MS = 3_600_000;
const say = (key: Parameters<typeof translate>[1], values = {}): string => translate('en', key, values);

const charts = createChartRenderer({ timeZone: 'UTC' });
// The first chart loads canvas and fonts, which a busy machine takes its time for.
beforeAll(async () => {
	await charts.moodChart({ title: '', subtitle: '', entries: [], theme: 'dark', locale: 'en' });
}, 240_000);

let bench: TestBench;
let ada: SimulatedMember;
beforeEach(async () => {
	bench = await startBench({ charts }, {}, [{ name: 'den', kind: 'voice' }]);
	ada = await bench.join('Ada');
});
afterEach(() => bench[Symbol.asyncDispose]());

const idOf = (channel: string): string => bench.discord.channel(channel).id;

let made = 0;
const entry = (speakerId: string, changes: Partial<MoodEntry> = {}): MoodEntry => ({
	utteranceId: `s-${++made}`,
	sessionId: 's',
	speakerId,
	startMs: made * 4000,
	endMs: made * 4000 + 2000,
	label: 'happiness',
	confidence: 0.8,
	valence: 0.6,
	arousal: 0.4,
	probabilities: Object.fromEntries(
		EMOTIONS.map((emotion) => [emotion, emotion === 'happiness' ? 0.8 : 0.025]),
	) as never,
	quality: { durationMs: 2000, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 },
	guildId: ada.guildId,
	channelId: idOf('lounge'),
	at: Date.now() - 5000,
	...changes,
});
const keep = async (...entries: readonly MoodEntry[]): Promise<void> => {
	for (const each of entries) await bench.store.moods.record(each);
};
const isPng = (bytes: Buffer | undefined): boolean => bytes?.subarray(1, 4).toString() === 'PNG';

/** Drawing may have to wait for others who use the processor. */
const ask = (path: string, values = {}) => ada.command(path, values, { timeoutMs: 30_000 });

describe('/mood me', () => {
	it('draws in the colours that were asked for, with the words for it', async () => {
		await keep(entry(ada.id), entry(ada.id));
		const [dark, light] = [await ask('mood me'), await ask('mood me', { theme: 'light' })];
		expect(isPng(dark.attachments[0]?.bytes)).toBe(true);
		expect(dark.attachments[0]?.bytes.equals(light.attachments[0]?.bytes as Buffer)).toBe(false);
		expect(dark.attachments[0]?.description).toContain('Utterances: 2');
		expect(dark.content).toContain('80 % sure');
	});

	it('is told in words where the picture cannot be drawn', async () => {
		await keep(entry(ada.id));
		vi.spyOn(charts, 'moodChart').mockRejectedValueOnce(new SesError('SES_CHART_FAILED', { reason: 'no canvas' }));
		const { content, attachments } = await ask('mood me');
		expect(attachments).toEqual([]);
		expect(content).toContain('80 % sure');
		expect(content).toContain('The picture could not be drawn this time. In words: ');
		expect(content).toContain('Utterances: 1');
	});
});

describe('/mood channel', () => {
	const hoursAgo = (hours: number): number => Math.floor(Date.now() / HOUR_MS) * HOUR_MS - hours * HOUR_MS + 60_000;
	const speak = (people: number, at: number, changes: Partial<MoodEntry> = {}) =>
		keep(...Array.from({ length: people }, (_, person) => entry(`12345678901234567${person}`, { at, ...changes })));

	it('shows nothing of four, and the mood of five', async () => {
		await speak(4, hoursAgo(3));
		const four = await ask('mood channel', { channel: idOf('lounge') });
		expect(four).toMatchObject({ ephemeral: true, attachments: [] });
		expect(four.content).toBe(say('mood.channel.suppressed', { channel: `<#${idOf('lounge')}>`, least: 5 }));
		await speak(5, hoursAgo(2));
		const five = await ask('mood channel');
		expect(five.content).toContain('**happiness** (100 %)');
		expect(isPng(five.attachments[0]?.bytes)).toBe(true);
		expect(five.attachments[0]?.description).toContain('5 or more');
		expect(five.attachments[0]?.description).not.toContain('happiness 80');
	});

	it('leaves out the hour that is running, other channels and other times', async () => {
		await speak(6, Date.now() - 1);
		await speak(6, hoursAgo(2), { channelId: idOf('den') });
		await speak(6, hoursAgo(24 * 9));
		expect((await ask('mood channel')).attachments).toEqual([]);
		expect((await ask('mood channel', { period: 'month' })).attachments).toHaveLength(1);
	});

	it('is content with three where the server says so', async () => {
		await speak(3, hoursAgo(2));
		expect((await ask('mood channel')).attachments).toEqual([]);
		const admin = await bench.join('Eve', { admin: true });
		await admin.command('emotion config', { setting: 'group-of', value: '3' });
		const { content, attachments } = await ask('mood channel');
		expect(content).toContain('at least 3 people');
		expect(attachments).toHaveLength(1);
	});

	it('tells nobody of a channel that they cannot see, and asks which one', async () => {
		await speak(5, hoursAgo(2), { channelId: idOf('den') });
		bench.discord.permit('den', ada.id, { deny: PermissionFlagsBits.ViewChannel });
		await expect
			.poll(async () => (await ask('mood channel', { channel: idOf('den') })).content, { timeout: 20_000 })
			.toBe(say('mood.channel.forbidden', { channel: `<#${idOf('den')}>` }));
		ada.leave();
		await expect
			.poll(async () => (await ask('mood channel')).content, { timeout: 20_000 })
			.toBe(say('mood.channel.where'));
	});
});

describe('/mood trend', () => {
	const week = (speaker: string) =>
		Array.from({ length: 7 }, (_, day) =>
			Array.from({ length: 6 }, (__, index) => {
				const morning = index < 3;
				return entry(speaker, {
					at: Date.UTC(2026, 10, 9 + day, morning ? 8 : 20, index * 7),
					sessionId: `s${day}`,
					valence: (morning ? -0.5 : 0.5) + index / 100,
					channelId: idOf('lounge'),
				});
			}),
		).flat();

	it('names what is more than chance, and nothing else', () => {
		const lines = trendLines(week('a'), 'UTC', 'en');
		expect(lines).toEqual([say('mood.trend.hour', { higher: '18–21', lower: '6–9' })]);
		expect(trendLines(week('a').slice(0, 12), 'UTC', 'en')).toEqual([say('mood.trend.none')]);
		expect(trendLines(week('a'), 'Asia/Tokyo', 'en')).toEqual([
			say('mood.trend.hour', { higher: '3–6', lower: '15–18' }),
		]);
	});

	it.each(LOCALES)('says it in every language (%s)', (locale) => {
		expect(trendLines(week('a'), 'UTC', locale).join()).toMatch(/18–21.*6–9/);
	});

	it('rests on one’s own voice alone, by the clock that was asked for', async () => {
		await keep(entry(ada.id), entry('123456789012345678', { label: 'anger', channelId: idOf('den') }));
		const reply = await ask('mood trend', { timezone: 'Asia/Tokyo', theme: 'light' });
		expect(reply).toMatchObject({ ephemeral: true });
		expect(reply.content).toContain(say('mood.trend.caution'));
		const [chart] = reply.attachments;
		expect(isPng(chart?.bytes)).toBe(true);
		expect(chart?.description).toContain('lounge');
		expect(chart?.description).not.toMatch(/den|anger/);
		expect((await ask('mood trend', { timezone: 'Mars' })).content).toBe(say('mood.trend.zone', { zone: 'Mars' }));
		const zones = await ada.suggestions('mood trend', 'timezone', 'warsaw');
		expect(zones).toEqual([{ name: 'Europe/Warsaw', value: 'Europe/Warsaw' }]);
		expect(await ada.suggestions('mood trend', 'timezone', 'a')).toHaveLength(25);
	});
});

describe('/mood contest', () => {
	const contested = async (): Promise<(EmotionLabel | undefined)[]> =>
		(await bench.store.moods.list({ guildId: ada.guildId, userId: ada.id, from: 0, to: Date.now() + 1 })).map(
			(each) => each.contested,
		);

	it('corrects an utterance that was suggested, counts it so, and takes it back', async () => {
		const mine = entry(ada.id, { label: 'anger' });
		await keep(mine, entry('123456789012345678'));
		const offered = await ada.suggestions('mood contest', 'when');
		expect(offered).toEqual([{ name: 'this minute: anger (80 %), 2 s', value: mine.utteranceId }]);
		expect(await ada.suggestions('mood contest', 'when', 'sadness')).toEqual([]);
		const reply = await ada.command('mood contest', { when: mine.utteranceId, was: 'calm' });
		expect(reply).toMatchObject({ ephemeral: true });
		expect(reply.content).toContain('**calm**');
		expect(await contested()).toEqual(['calm']);
		expect((await ask('mood me')).content).toContain('**calm** (100 %)');
		expect((await ada.click(`ses:mood:undo:${mine.utteranceId}`)).content).toBe(say('mood.contest.undone'));
		expect(await contested()).toEqual([undefined]);
	});

	it('asks with menus for what was not named, also after a restart', async () => {
		const mine = entry(ada.id);
		await keep(mine);
		expect((await ada.command('mood contest')).content).toBe(say('mood.contest.pick'));
		await ada.select('ses:mood:pick', [mine.utteranceId]);
		await bench.bot[Symbol.asyncDispose]();
		const options = { apiBase: bench.discord.apiBase, attested: true, loginDeadlineMs: 10_000 };
		await using _ = await startBot(TOKEN, options, bench.services);
		const done = await ada.select(`ses:mood:label:${mine.utteranceId}`, ['unsure']);
		expect(done.content).toContain('hard to say');
		expect(await contested()).toEqual(['unsure']);
	});

	it('knows of nobody else’s utterances, and of none that is gone', async () => {
		const hers = entry('123456789012345678');
		await keep(hers);
		const gone = say('mood.contest.gone');
		expect((await ada.command('mood contest', { when: hers.utteranceId, was: 'calm' })).content).toBe(gone);
		expect((await ada.command('mood contest', { when: 'a:b'.repeat(30) })).content).toBe(gone);
		expect((await ada.command('mood contest')).content).toBe(say('mood.empty'));
	});
});
