import { beforeAll, describe, expect, it } from 'vitest';
import { loadToolkit, type Toolkit } from '../../src/charts/canvas.ts';
import { createChartRenderer } from '../../src/charts/index.ts';
import { moodDrawing } from '../../src/charts/mood-chart.ts';
import { textsFor } from '../../src/charts/texts.ts';
import { trendSections } from '../../src/charts/trend-rows.ts';
import { EMOTIONS, type MoodEntry, type TrendChartRequest } from '../../src/domain/index.ts';
import { EMOTION_COLOURS } from '../../src/domain/palette.ts';
import { countColours } from './pixels.ts';
import { sampleEntries } from './samples.ts';

const HOUR = 60 * 60 * 1000;
const charts = createChartRenderer({ timeZone: 'UTC' });
const texts = textsFor('en');
let measure: Toolkit['measure'];
beforeAll(async () => {
	({ measure } = await loadToolkit());
}, 60_000);

const request = (changes: Partial<TrendChartRequest> = {}): TrendChartRequest => ({
	title: 'Your patterns',
	subtitle: 'last 30 days',
	entries: sampleEntries(400, 20 * 24 * HOUR),
	theme: 'dark',
	locale: 'en',
	timeZone: 'UTC',
	channelNames: new Map([['channel', 'lounge']]),
	...changes,
});
const inChannels = (count: number): MoodEntry[] =>
	sampleEntries(count * 10, 20 * 24 * HOUR).map((entry, index) => ({
		...entry,
		label: EMOTIONS[index % EMOTIONS.length] ?? 'calm',
		channelId: `c${index % count}`,
	}));

describe('chart of patterns', () => {
	it.each([
		['dark', 'en'],
		['light', 'de'],
		['dark', 'pl'],
		['light', 'es-ES'],
	] as const)('stays on its page in %s, %s, with every emotion in its colour', async (theme, locale) => {
		const image = await countColours(await charts.trendChart(request({ theme, locale, entries: inChannels(9) })));
		expect(image.width).toBe(1360);
		expect(image.onTheEdge()).toBe(0);
		for (const emotion of EMOTIONS) {
			expect(image.count(EMOTION_COLOURS[emotion]), emotion).toBeGreaterThan(500);
		}
	});

	it('has a row for each time and channel with speech, the many channels put together', () => {
		const sections = trendSections(request({ entries: inChannels(8) }), texts);
		expect(sections.map(({ title }) => title)).toEqual([texts.byHour, texts.byWeekday, texts.byChannel]);
		expect(sections[1]?.rows).toHaveLength(7);
		const channels = sections[2]?.rows ?? [];
		expect(channels).toHaveLength(6);
		expect(channels.at(-1)?.name).toBe('3 others');
		expect(channels.reduce((sum, { summary }) => sum + summary.utterances, 0)).toBe(80);
		expect(trendSections(request({ entries: inChannels(6) }), texts)[2]?.rows).toHaveLength(6);
	});

	it('counts what the member corrected as they said', () => {
		const entries = sampleEntries(20, HOUR).map((entry) => ({ ...entry, contested: 'calm' as const }));
		const [hour] = trendSections(request({ entries }), texts)[0]?.rows ?? [];
		expect(hour?.summary.mix.calm).toBeCloseTo(1);
		expect(charts.trendAltText(request({ entries }))).toContain('lounge calm');
	});

	it('names no channel that the member cannot see', () => {
		expect(charts.trendAltText(request({ channelNames: new Map() }))).toContain('Channel: another');
	});

	it('says in words what it shows, within what Discord takes', () => {
		for (const locale of ['en', 'de', 'pl', 'es']) {
			const words = charts.trendAltText(request({ locale, entries: inChannels(9) }));
			expect(words.length).toBeLessThanOrEqual(1024);
			expect(words).toMatch(/\d+–\d+/);
		}
	});

	it('says plainly that there is nothing', async () => {
		const image = await countColours(await charts.trendChart(request({ entries: [] })));
		expect(image.height).toBeLessThan(600);
		expect(charts.trendAltText(request({ entries: [] }))).toContain(texts.empty);
	});
});

describe('key of the mood chart', () => {
	const textsOf = (entries: readonly MoodEntry[]): string => {
		const { option } = moodDrawing(request({ entries }), 'UTC', measure);
		return JSON.stringify(option['graphic']);
	};
	const at = (...times: number[]): MoodEntry[] =>
		sampleEntries(times.length, 0).map((entry, index) => ({ ...entry, at: times[index] ?? 0 }));

	it('names neither line nor box where there is too little for them', () => {
		const text = textsOf(at(0, HOUR, 2 * HOUR));
		expect(text).toContain(texts.keyDots);
		for (const mark of [texts.keyLine, texts.keyMean, texts.keyBox]) expect(text).not.toContain(mark);
	});

	it('names a lone mean as what it looks like', () => {
		const text = textsOf(at(0, 1, 2, 3, 4, 20 * HOUR));
		expect(text).toContain(`${texts.keyMean} · ${texts.keyBox}`);
		expect(text).not.toContain(texts.keyLine);
	});

	it('names line and box where they are drawn', () => {
		const text = textsOf(sampleEntries(60, 3 * HOUR));
		expect(text).toContain(`${texts.keyDots} · ${texts.keyLine} · ${texts.keyBox}`);
	});

	it('says how sure the model was, and what the member corrected', () => {
		const [first, ...rest] = sampleEntries(4, HOUR) as [MoodEntry, ...MoodEntry[]];
		const text = textsOf([{ ...first, contested: 'calm' }, ...rest.map((entry) => ({ ...entry, confidence: 0.5 }))]);
		expect(text).toContain('Confidence: 50%');
		expect(text).toContain('Corrected by you: 1.');
		expect(textsOf(rest)).not.toContain('Corrected');
	});

	it('names each day once across a change of the clocks', () => {
		const entries = sampleEntries(60, 4 * 24 * HOUR, Date.UTC(2026, 9, 27, 12));
		const { option } = moodDrawing(request({ entries }), 'Europe/Berlin', measure);
		const axes = option['xAxis'] as { axisLabel: { customValues?: number[]; formatter?: (at: number) => string } }[];
		const { customValues = [], formatter } = axes.at(-1)?.axisLabel ?? {};
		const names = customValues.map((tick) => formatter?.(tick));
		expect(names.length).toBeGreaterThan(1);
		expect(new Set(names).size).toBe(names.length);
	});
});
