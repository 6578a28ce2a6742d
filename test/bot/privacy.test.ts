import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
	type ArchiveOptions,
	archivesOf,
	ENTRIES_PER_PART,
	type PersonalData,
} from '../../src/bot/commands/privacy/archive.ts';
import { csvCell } from '../../src/bot/commands/privacy/csv.ts';
import { translate } from '../../src/bot/index.ts';
import { type AlertRecord, EMOTIONS, type MoodEntry } from '../../src/domain/index.ts';
import type { SimulatedMember } from '../../src/sim/index.ts';
import { startBench, type TestBench } from '../support/discord.ts';

/** For machines with more to do than this. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const DISCORD_TAKES = 10 * 1024 * 1024;
const say = (key: Parameters<typeof translate>[1], values = {}): string => translate('en', key, values);

/** Noise that is the same in each run: real figures have as many digits and compress as badly. */
const noise = (seed: number): number => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1;

const entry = (index: number, changes: Partial<MoodEntry> = {}): MoodEntry => ({
	utteranceId: `0a1b2c3d-${index}`,
	sessionId: '0a1b2c3d',
	speakerId: '123456789012345678',
	startMs: index * 4000,
	endMs: index * 4000 + 2000,
	label: 'happiness',
	confidence: noise(index),
	valence: -noise(index + 0.1),
	arousal: noise(index + 0.2),
	probabilities: Object.fromEntries(EMOTIONS.map((emotion, at) => [emotion, noise(index + at / 10)])) as never,
	quality: { durationMs: 2000, levelDb: -60 * noise(index + 0.3), clippedShare: 0, lossShare: 0, snrDb: 30 },
	guildId: '123456789012345678',
	channelId: '223456789012345678',
	at: 1_790_000_000_000 + index * 4000,
	...changes,
});

const data = (moods: readonly MoodEntry[]): PersonalData => ({ consent: undefined, moods, alerts: [], audit: [] });
const options: ArchiveOptions = { readme: 'what it is', mostBytes: DISCORD_TAKES, channelName: () => 'lounge' };
const filesOf = (bytes: Uint8Array): Record<string, string> =>
	Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]));

describe('an export', () => {
	it('holds the same as JSON and as CSV', async () => {
		const moods = [entry(0), entry(1, { contested: 'calm' })];
		const [archive, ...more] = await archivesOf(data(moods), options);
		expect(more).toEqual([]);
		expect(archive?.name).toBe('speech-emotion-sense.zip');
		const files = filesOf(archive?.bytes ?? new Uint8Array());
		expect(Object.keys(files).sort()).toEqual(
			['README.txt', 'alerts.json', 'consent.json', 'moderation.json', 'moods.csv', 'moods.json'].sort(),
		);
		expect(JSON.parse(files['moods.json'] ?? '')).toEqual(moods);
		const rows = parse(files['moods.csv'] ?? '', { columns: true, bom: true }) as Record<string, string>[];
		expect(rows.map((row) => row['utterance'])).toEqual(moods.map(({ utteranceId }) => utteranceId));
		expect(rows.map((row) => Number(row['valence']))).toEqual(moods.map(({ valence }) => valence));
		expect(rows.map((row) => Number(row['p_anger']))).toEqual(moods.map(({ probabilities }) => probabilities.anger));
		expect(rows.map((row) => row['corrected_to'])).toEqual(['', 'calm']);
		expect(rows[0]?.['time']).toBe(new Date(moods[0]?.at ?? 0).toISOString());
	});

	it('comes in as many parts as Discord’s limit makes it, with nothing lost', async () => {
		const moods = Array.from({ length: 600 }, (_, index) => entry(index));
		const archives = await archivesOf(data(moods), { ...options, mostBytes: 70_000 });
		expect(archives.length).toBeGreaterThan(2);
		expect(archives.map(({ name }) => name)).toEqual(
			archives.map((_, part) => `speech-emotion-sense-${part + 1}-of-${archives.length}.zip`),
		);
		for (const { bytes } of archives) expect(bytes.length).toBeLessThanOrEqual(70_000);
		const ids = archives.flatMap(({ bytes }) =>
			(JSON.parse(filesOf(bytes)['moods.json'] ?? '') as MoodEntry[]).map(({ utteranceId }) => utteranceId),
		);
		expect(ids).toEqual(moods.map(({ utteranceId }) => utteranceId));
	});

	it('takes so much room for an entry that a full part stays below the limit', async () => {
		const moods = Array.from({ length: 1000 }, (_, index) => entry(index));
		const [archive, ...more] = await archivesOf(data(moods), options);
		expect(more).toEqual([]);
		expect(((archive?.bytes.length ?? 0) / moods.length) * ENTRIES_PER_PART).toBeLessThan(0.9 * DISCORD_TAKES);
	});

	it('begins another part where one is full', async () => {
		const few = Array.from({ length: 5 }, (_, index) => entry(index));
		const archives = await archivesOf(data(few), { ...options, entriesPerPart: 2 });
		expect(archives.map(({ bytes }) => JSON.parse(filesOf(bytes)['moods.json'] ?? '').length)).toEqual([2, 2, 1]);
		expect(archives.map(({ bytes }) => 'consent.json' in filesOf(bytes))).toEqual([true, false, false]);
	});

	it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('lets no spreadsheet run %j', async (channel) => {
		const [archive] = await archivesOf(data([entry(0)]), { ...options, channelName: () => channel });
		const csv = filesOf(archive?.bytes ?? new Uint8Array())['moods.csv'] ?? '';
		const [row] = parse(csv, { columns: true, bom: true, record_delimiter: '\r\n' }) as Record<string, string>[];
		expect(row?.['channel_name']).toBe(`'${channel}`);
		// Numbers are no formulas.
		expect(row?.['valence']).toMatch(/^-0\.\d+$/);
	});

	it('quotes what would break a row', () => {
		expect(csvCell('a "b", c\nd')).toBe('"a ""b"", c\nd"');
		expect(csvCell(undefined)).toBe('');
	});
});

describe('/privacy and /consent', () => {
	let bench: TestBench;
	let ada: SimulatedMember;
	beforeEach(async () => {
		bench = await startBench();
		ada = await bench.join('Ada');
	});
	afterEach(() => bench[Symbol.asyncDispose]());

	const mine = (index: number): MoodEntry =>
		entry(index, { guildId: ada.guildId, speakerId: ada.id, at: Date.now() - 1000 * index });
	const alert = (speakers: readonly string[]): AlertRecord => ({
		at: Date.now(),
		alertId: 'a1',
		sessionId: 's',
		mode: 'monitor',
		score: 0.8,
		contributors: speakers.length,
		reasons: [],
		guildId: ada.guildId,
		channelId: '223456789012345678',
		heat: [],
		speakers,
	});
	const kept = () => bench.store.moods.list({ guildId: ada.guildId, userId: ada.id, from: 0, to: Date.now() + 1 });
	const speakers = async () => (await bench.store.alerts.get(ada.guildId, 'a1'))?.speakers;

	it('give a receipt with version, time and id, and show it again', async () => {
		const given = await ada.command('consent give');
		const { receipt, version } = (await bench.store.consents.get(ada.guildId, ada.id)) as never as {
			receipt: string;
			version: number;
		};
		for (const { content } of [given, await ada.command('consent receipt')]) {
			expect(content).toContain(receipt);
			expect(content).toContain(`version ${version}`);
			expect(content).toMatch(/\d{4}.*UTC/);
		}
		expect((await ada.command('consent receipt')).content).toContain(say('notice.body'));
	});

	it('tell and export all that is kept, what others contributed excepted', async () => {
		await ada.command('consent give');
		await bench.store.moods.record(mine(1));
		await bench.store.alerts.add(alert([ada.id, '323456789012345678']));
		await bench.store.audit.add({
			guildId: ada.guildId,
			at: Date.now(),
			actor: ada.id,
			action: 'verdict',
			subject: 'a1',
			detail: 'justified',
		});
		const { content } = await ada.command('privacy what');
		expect(content).toContain('1 entries');
		expect(content).toContain(say('privacy.what.alerts', { count: 1 }));
		expect(content).toContain(say('privacy.what.audit', { count: 1 }));
		const reply = await ada.command('privacy export');
		expect(reply).toMatchObject({ ephemeral: true });
		const files = filesOf(reply.attachments[0]?.bytes ?? new Uint8Array());
		expect(JSON.parse(files['consent.json'] ?? '')).toMatchObject({ userId: ada.id, version: 1 });
		expect(JSON.parse(files['moods.json'] ?? '')).toHaveLength(1);
		expect(JSON.parse(files['alerts.json'] ?? '')).toMatchObject([{ alertId: 'a1' }]);
		expect(JSON.parse(files['moderation.json'] ?? '')).toMatchObject([{ action: 'verdict' }]);
		expect(Object.values(files).join()).not.toContain('323456789012345678');
		expect(files['README.txt']).toContain('Test');
	});

	it('delete nothing before it is confirmed', async () => {
		await bench.store.moods.record(mine(1));
		const asked = await ada.command('privacy erase');
		expect(asked.content).toContain('1 entries');
		expect(await kept()).toHaveLength(1);
		expect((await ada.click('ses:privacy:keep')).content).toBe(say('privacy.erase.kept'));
		expect(await kept()).toHaveLength(1);
	});

	it('delete everywhere, and say what remains', async () => {
		await ada.command('consent give');
		await bench.store.moods.record(mine(1));
		await bench.store.alerts.add(alert([ada.id, '323456789012345678']));
		await ada.command('privacy erase');
		const { content, components } = await ada.click('ses:privacy:erase');
		expect(content).toContain('1 entries');
		expect(content).toContain('back-ups');
		expect(components).toEqual([]);
		expect(await kept()).toEqual([]);
		expect(await speakers()).toEqual(['323456789012345678']);
		expect(await bench.store.consents.get(ada.guildId, ada.id)).toBeDefined();
	});

	it('end the consent with it where that was asked for, also where there was none', async () => {
		await ada.command('consent give');
		await bench.store.moods.record(mine(1));
		await ada.command('privacy erase');
		expect((await ada.click('ses:privacy:withdraw')).content).toContain('no longer listen');
		expect(await bench.store.consents.get(ada.guildId, ada.id)).toBeUndefined();
		await bench.store.moods.record(mine(2));
		await ada.command('privacy erase');
		expect((await ada.click('ses:privacy:withdraw')).content).toContain('1 entries');
		expect(await kept()).toEqual([]);
	});

	it('name the days that the server chose', async () => {
		await bench.store.moods.record(mine(1));
		const eve = await bench.join('Eve', { admin: true });
		await eve.command('emotion config', { setting: 'retention-days', value: '3' });
		expect((await ada.command('privacy what')).content).toContain('after 3 days');
	});
});
