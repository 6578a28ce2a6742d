import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChartRenderer, emotionName } from '../../src/charts/index.ts';
import { isSparse, STACKING, summarise, summariseByTime } from '../../src/charts/mood-summary.ts';
import { bucketOf, timelineOf } from '../../src/charts/timeline.ts';
import { EMOTIONS, type MoodEntry } from '../../src/domain/index.ts';
import { sampleEntries } from './samples.ts';

const HOUR = 60 * 60 * 1000;
const NOON = Date.UTC(2026, 10, 22, 12);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const entry = (changes: Partial<MoodEntry>): MoodEntry => ({ ...(sampleEntries(1, 0)[0] as MoodEntry), ...changes });

describe('summary of a mood', () => {
	it('gives an utterance to its label as far as it is sure of it', () => {
		const summary = summarise([
			entry({ label: 'anger', confidence: 0.75, startMs: 0, endMs: 3000 }),
			entry({ label: 'calm', confidence: 0.5, startMs: 0, endMs: 1000 }),
		]);
		expect(summary?.mix.anger).toBeCloseTo((0.75 * 3) / 4);
		expect(summary?.mix.calm).toBeCloseTo(0.5 / 4);
		expect(summary?.mix.unsure).toBeCloseTo((0.25 * 3 + 0.5) / 4);
		expect(summary?.speechMs).toBe(4000);
	});

	it('gives an unsure utterance to nothing else, whatever its confidence', () => {
		const summary = summarise([entry({ label: 'unsure', confidence: 0.37 })]);
		expect(summary?.mix.unsure).toBe(1);
		expect(summary?.unsure).toBe(1);
	});

	it('weighs valence and arousal by duration and confidence', () => {
		const summary = summarise([
			entry({ valence: 1, arousal: -1, confidence: 0.9, startMs: 0, endMs: 1000 }),
			entry({ valence: -1, arousal: 0, confidence: 0.3, startMs: 0, endMs: 1000 }),
			entry({ valence: -1, arousal: 0, confidence: 0.3, startMs: 0, endMs: 2000 }),
		]);
		expect(summary?.valence.mean).toBeCloseTo(0);
		expect(summary?.valence.spread).toBeCloseTo(1);
		expect(summary?.arousal.mean).toBeCloseTo(-0.5);
		expect(summary && isSparse(summary)).toBe(false);
	});

	it('leaves a time without speech without a summary', () => {
		const entries = [entry({ at: NOON }), entry({ at: NOON + HOUR })];
		const timeline = timelineOf([NOON, NOON + HOUR], 'UTC');
		const summaries = summariseByTime(entries, timeline);
		expect(summaries).toHaveLength(timeline.buckets);
		expect(summaries.filter((summary) => summary !== undefined)).toHaveLength(2);
		expect(summaries.every((summary) => summary === undefined || isSparse(summary))).toBe(true);
	});

	it('loses no utterance and no share, whatever the times', () => {
		const times = fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1, maxLength: 60 });
		fc.assert(
			fc.property(times, fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Warsaw'), (ats, zone) => {
				const samples = sampleEntries(ats.length, 0).map((sample, index) => ({ ...sample, at: ats[index] ?? 0 }));
				const timeline = timelineOf(ats, zone);
				expect(timeline.buckets).toBeGreaterThanOrEqual(5);
				expect(timeline.buckets).toBeLessThanOrEqual(32);
				expect(timeline.ticks.length).toBeLessThanOrEqual(7);
				for (const at of ats) {
					expect(bucketOf(timeline, at)).toBeGreaterThanOrEqual(0);
					expect(bucketOf(timeline, at)).toBeLessThan(timeline.buckets);
				}
				const summaries = summariseByTime(samples, timeline).filter((summary) => summary !== undefined);
				expect(sum(summaries.map((summary) => summary.utterances))).toBe(ats.length);
				for (const { mix } of summaries) expect(sum(STACKING.map((label) => mix[label]))).toBeCloseTo(1);
			}),
			{ numRuns: 200 },
		);
	});

	it('begins days at midnight of the reader’s clock', () => {
		const timeline = timelineOf(
			sampleEntries(400, 26 * 24 * HOUR, NOON).map(({ at }) => at),
			'Europe/Berlin',
		);
		expect(timeline.bucketMs).toBe(24 * HOUR);
		expect(new Date(timeline.start).toISOString()).toBe('2026-10-26T23:00:00.000Z');
		expect(timeline.tickMs).toBe(7 * 24 * HOUR);
	});
});

describe('words of a chart', () => {
	const charts = createChartRenderer({ timeZone: 'Europe/Berlin' });
	const words = (entries: readonly MoodEntry[], locale = 'en') =>
		charts.altText({ title: 'Your mood', subtitle: 'Today', entries, theme: 'dark', locale });

	it('tell what is drawn', () => {
		const text = words([
			entry({ label: 'happiness', confidence: 0.8, valence: 0.6, arousal: 0.3, startMs: 0, endMs: 3000, at: NOON }),
			entry({ label: 'unsure', confidence: 0.3, valence: 0.6, arousal: 0.3, startMs: 0, endMs: 1000, at: NOON + HOUR }),
		]);
		expect(text).toContain('Your mood. Today.');
		expect(text).toContain('13:00');
		expect(text).toContain('Utterances: 2, Speech: 4 sec, Unsure: 1, Confidence: 68%.');
		expect(text).toContain('happiness 60%, unsure 40%');
		expect(text).toContain('mean +0.60');
		expect(text).toContain('derived');
	});

	it('say that there is nothing', () => {
		expect(words([])).toBe('Your mood. Today. Nothing was recorded in this period.');
		expect(words([], 'de')).toContain('nichts erfasst');
	});

	it('stay within what Discord takes', () => {
		const long = charts.altText({ title: 'x'.repeat(2000), subtitle: '', entries: [], theme: 'dark', locale: 'en' });
		expect(long).toHaveLength(1024);
		for (const locale of ['en', 'de', 'pl', 'es'])
			expect(words(sampleEntries(500, HOUR), locale).length).toBeLessThan(1024);
	});

	it('name every label in every language, no two alike', () => {
		for (const locale of ['en-US', 'de', 'pl', 'es-ES']) {
			const names = [...EMOTIONS, 'unsure' as const].map((label) => emotionName(label, locale));
			expect(new Set(names).size).toBe(10);
			expect(names.every((name) => name.length > 2)).toBe(true);
		}
		expect(emotionName('anger', 'pl')).toBe('złość');
		expect(emotionName('anger', 'fr')).toBe('anger');
	});
});
