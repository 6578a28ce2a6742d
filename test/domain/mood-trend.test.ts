import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asContested, clearestContrast, type MoodEntry, trendOf } from '../../src/domain/index.ts';
import { sampleEntries } from '../charts/samples.ts';

const [sample] = sampleEntries(1, 0) as [MoodEntry];
const entry = (changes: Partial<MoodEntry>): MoodEntry => ({ ...sample, ...changes });

describe('patterns in a mood', () => {
	it('lose no utterance, whatever the clock', () => {
		const times = fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1, maxLength: 50 });
		const zones = fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Warsaw');
		fc.assert(
			fc.property(times, zones, (ats, zone) => {
				const { byHour, byWeekday, byChannel } = trendOf(
					ats.map((at) => entry({ at })),
					zone,
				);
				for (const groups of [byHour, byWeekday, byChannel]) {
					expect(groups.reduce((sum, { entries }) => sum + entries.length, 0)).toBe(ats.length);
				}
				for (const { key } of byHour) expect(Number(key) % 3).toBe(0);
				expect(byWeekday.every(({ key }) => Number(key) >= 1 && Number(key) <= 7)).toBe(true);
			}),
			{ numRuns: 100 },
		);
	});

	it('tell hours and days by the clock that was asked for', () => {
		// A Sunday evening in UTC is a Monday morning in Tokyo.
		const entries = [entry({ at: Date.UTC(2026, 10, 22, 22, 30) })];
		const keys = (zone: string) => {
			const { byHour, byWeekday } = trendOf(entries, zone);
			return [byHour[0]?.key, byWeekday[0]?.key];
		};
		expect(keys('UTC')).toEqual(['21', '7']);
		expect(keys('Asia/Tokyo')).toEqual(['6', '1']);
	});

	const group = (key: string, count: number, valence: (index: number) => number, sessions = 3) => ({
		key,
		entries: Array.from({ length: count }, (_, index) =>
			entry({ valence: valence(index), sessionId: `s${index % sessions}` }),
		),
	});
	const around = (mean: number) => (index: number) => mean + (index % 2 === 0 ? 0.1 : -0.1);

	it('name two groups that differ clearly', () => {
		const contrast = clearestContrast([
			group('a', 20, around(0)),
			group('b', 20, around(0.5)),
			group('c', 20, around(-0.5)),
		]);
		expect([contrast?.higher.key, contrast?.lower.key]).toEqual(['b', 'c']);
	});

	it.each([
		['too few utterances', [group('a', 9, around(0.5)), group('b', 20, around(-0.5))]],
		['one conversation', [group('a', 20, around(0.5), 1), group('b', 20, around(-0.5))]],
		['a difference that is hardly heard', [group('a', 40, around(0.05)), group('b', 40, around(-0.05))]],
		[
			'moods that scatter',
			[group('a', 12, (index) => (index % 2) - 0.3), group('b', 12, (index) => 0.3 - (index % 2))],
		],
		['a single group', [group('a', 20, around(0))]],
	])('name none with %s', (_, groups) => {
		expect(clearestContrast(groups)).toBeUndefined();
	});
});

describe('an utterance that its member corrected', () => {
	it('is what they say, surely, and lies where that lies', () => {
		const happy = asContested(entry({ label: 'anger', valence: -0.7, contested: 'happiness' }));
		expect(happy).toMatchObject({ label: 'happiness', confidence: 1, probabilities: { happiness: 1, anger: 0 } });
		expect(happy.valence).toBeGreaterThan(0.5);
	});

	it('stays where it was heard when they cannot say', () => {
		const heard = entry({ label: 'anger', valence: -0.7 });
		expect(asContested({ ...heard, contested: 'unsure' })).toMatchObject({ label: 'unsure', valence: -0.7 });
		expect(asContested(heard)).toBe(heard);
	});
});
