import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { zonedMidnight } from '../../../src/app/report/daily/index.ts';
import { patternsOf } from '../../../src/app/report/daily/patterns.ts';
import type { Emotion, MoodEntry } from '../../../src/domain/index.ts';
import { openStore } from '../../../src/storage/index.ts';
import { useTempFolder } from '../../audio/files/temp.ts';
import { ses } from '../../support/cli.ts';
import { mostly } from '../analysis/fakes.ts';

const folder = useTempFolder();
const GUILD = '100000000000000001';
const USER = '200000000000000002';
const OTHER = '200000000000000009';
const TIMEOUT = { timeout: 400_000 };

const entry = (at: number, label: Emotion, more: Partial<MoodEntry> = {}): MoodEntry => ({
	guildId: GUILD,
	channelId: '300000000000000003',
	speakerId: USER,
	sessionId: 'session',
	utteranceId: `u${at}${more.speakerId ?? ''}`,
	startMs: 0,
	endMs: 3000,
	label,
	confidence: 0.92,
	probabilities: mostly(label),
	valence: label === 'happiness' ? 0.7 : -0.6,
	arousal: 0.2,
	quality: { durationMs: 3000, levelDb: -25, clippedShare: 0, lossShare: 0, snrDb: 25 },
	at,
	...more,
});

describe('daily patterns', () => {
	it('sorts by the clock and the calendar of the zone, changes of the clocks included', () => {
		// 23:30 in Warsaw of 24 October is summer time; a day later it is winter time.
		const entries = [
			entry(Date.UTC(2026, 9, 24, 21, 30), 'anger'),
			entry(Date.UTC(2026, 9, 25, 22, 30), 'happiness'),
			entry(Date.UTC(2026, 9, 26, 8, 0), 'happiness', { channelId: '4', endMs: 9000 }),
		];
		const patterns = patternsOf(entries, 'Europe/Warsaw');
		expect(patterns.days.map(({ key }) => key)).toEqual(['2026-10-24', '2026-10-25', '2026-10-26']);
		expect(
			patterns.hours.filter(({ summary }) => summary).map(({ key, summary }) => [key, summary?.utterances]),
		).toEqual([
			['9', 1],
			['23', 2],
		]);
		expect(patterns.weekdays.filter(({ summary }) => summary).map(({ key }) => key)).toEqual(['0', '5', '6']);
		expect(patterns.channels.map(({ key }) => key)).toEqual(['4', '300000000000000003']);
		expect(patterns.week).toHaveLength(3);
	});

	it('counts the label that the member says it was', () => {
		const at = Date.UTC(2026, 9, 24, 12);
		const patterns = patternsOf([entry(at, 'anger', { contested: 'happiness' })], 'UTC');
		expect(patterns.isContested).toBe(true);
		expect(patterns.total?.mix.anger).toBe(0);
		expect(patterns.total?.mix.happiness).toBeCloseTo(0.92, 9);
	});

	it('finds where a day begins', () => {
		expect(zonedMidnight('2026-10-25', 'Europe/Warsaw')).toBe(Date.UTC(2026, 9, 24, 22));
		expect(zonedMidnight('2026-10-25', 'Europe/Warsaw', 1)).toBe(Date.UTC(2026, 9, 25, 23));
		expect(zonedMidnight('2026-11-22', 'UTC')).toBe(Date.UTC(2026, 10, 22));
	});
});

describe('ses report', () => {
	const now = Date.now();
	let config: string;

	beforeAll(async () => {
		const [file, keyFile] = ['ses.sqlite', 'ses.key'].map((name) => join(folder.path, name)) as [string, string];
		const store = await openStore({ file, keyFile });
		for (let hour = 1; hour <= 12; hour++) {
			await store.moods.record(entry(now - hour * 3_600_000, hour < 5 ? 'anger' : 'happiness'));
			await store.moods.record(
				entry(now - hour * 3_600_000, 'sadness', { speakerId: OTHER, channelId: '300000000000000999' }),
			);
		}
		await store.close();
		config = await folder.put('ses.yaml', `storage:\n  file: ${file}\n  keyFile: ${keyFile}\n`);
	}, 180_000);

	const report = (...args: string[]) => ses(['report', '-c', config, '--guild', GUILD, ...args]);

	it('shows the owner their own and nobody else’s', TIMEOUT, async () => {
		const out = join(folder.path, 'mine');
		const { code, stdout, stderr } = await report(
			'--user',
			USER,
			'-o',
			out,
			'--lang',
			'de',
			'--time-zone',
			'Europe/Berlin',
		);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).toContain('12 utterances');
		const html = await readFile(join(out, 'daily.html'), 'utf8');
		expect(html).toContain('Deine Tagesmuster');
		expect(html).toContain('300000000000000003');
		expect(html).not.toContain('300000000000000999');
		expect(html).not.toContain(OTHER);
		expect(html).not.toContain('Trauer');
		expect(html.match(/<svg /g)?.length).toBe(8);
	});

	it('says so where nothing is kept', TIMEOUT, async () => {
		const out = join(folder.path, 'none');
		const { code, stdout } = await report('--user', USER, '--from', '2020-01-01', '--to', '2020-01-31', '-o', out);
		expect([code, stdout.includes('0 utterances')]).toEqual([0, true]);
		expect(await readFile(join(out, 'daily.html'), 'utf8')).toContain('Nothing is kept about you in this period.');
	});

	it('refuses bad ids and days, a store that is not there, and one without its key', TIMEOUT, async () => {
		expect((await report('--user', 'me')).stderr).toMatch(/It must be an id of Discord/);
		expect((await report('--user', USER, '--from', 'monday')).stderr).toMatch(/It must be a day/);
		expect((await report('--user', USER, '--to', '2026-02-30')).stderr).toMatch(/It must be a day/);
		const backwards = await report('--user', USER, '--from', '2026-02-02', '--to', '2026-02-01');
		expect([backwards.code, backwards.stderr]).toEqual([
			1,
			expect.stringMatching(/^SES_USAGE: --from must not be after/),
		]);
		const missing = await folder.put('missing.yaml', `storage:\n  file: ${join(folder.path, 'no.sqlite')}\n`);
		const none = await ses(['report', '-c', missing, '--guild', GUILD, '--user', USER]);
		expect([none.code, none.stderr]).toEqual([
			1,
			expect.stringMatching(/^SES_STORE_UNUSABLE: .*there is no such store/),
		]);
		await rm(join(folder.path, 'ses.key'));
		const locked = await report('--user', USER);
		expect([locked.code, locked.stderr]).toEqual([1, expect.stringMatching(/^SES_STORE_KEY: /)]);
	});
});
