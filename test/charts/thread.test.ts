import { afterEach, describe, expect, it } from 'vitest';
import { createChartRenderer, createThreadedChartRenderer, type ThreadedChartOptions } from '../../src/charts/index.ts';
import { packMoods, unpackMoods } from '../../src/charts/thread/packed-moods.ts';
import { groupMood, type HeatChartRequest, type MoodChartRequest } from '../../src/domain/index.ts';
import { until } from '../support/until.ts';
import { sampleEntries } from './samples.ts';

const HOUR = 60 * 60 * 1000;
const DEADLINE_MS = 60_000;
const fixture = (name: string) => new URL(`./fixtures/${name}.ts`, import.meta.url);

const entries = sampleEntries(80, 30 * HOUR).map((entry, index) => ({
	...entry,
	channelId: `channel-${index % 3}`,
	...(index % 10 === 0 && { contested: index % 20 === 0 ? ('calm' as const) : ('unsure' as const) }),
}));
const mood: MoodChartRequest = { title: 'Your mood', subtitle: 'Today', entries, theme: 'dark', locale: 'en' };
const trend = { ...mood, timeZone: 'Europe/Berlin', channelNames: new Map([['channel-0', 'Games']]) };
const group = {
	...mood,
	mood: groupMood(
		entries.map((entry, index) => ({ ...entry, contributor: index % 7 })),
		{ k: 3, windowMs: HOUR, now: Date.UTC(2026, 11, 1) },
	),
	k: 3,
};
const heat: HeatChartRequest = {
	...mood,
	heat: [0.2, 0.5, 0.8].map((score, index) => ({ at: index * 60_000, score, state: score > 0.7 ? 'hot' : 'calm' })),
	alertAt: 120_000,
	thresholds: { warm: 0.4, hot: 0.7 },
};

describe('charts drawn in a thread', () => {
	const opened: AsyncDisposable[] = [];
	const open = (options: ThreadedChartOptions = {}) => {
		const charts = createThreadedChartRenderer({ timeZone: 'UTC', ...options });
		opened.push(charts);
		return charts;
	};
	afterEach(() => Promise.all(opened.splice(0).map((charts) => charts[Symbol.asyncDispose]())));

	it('are those of the same renderer, to the last pixel', { timeout: DEADLINE_MS }, async () => {
		const [threaded, direct] = [open(), createChartRenderer({ timeZone: 'UTC' })];
		expect(threaded.isRunning).toBe(false);
		const drawn = await Promise.all([
			threaded.moodChart(mood),
			threaded.trendChart(trend),
			threaded.groupChart(group),
			threaded.heatChart(heat),
		]);
		expect(threaded.isRunning).toBe(true);
		expect(drawn[0]?.equals(await direct.moodChart(mood))).toBe(true);
		expect(drawn[1]?.equals(await direct.trendChart(trend))).toBe(true);
		expect(drawn[2]?.equals(await direct.groupChart(group))).toBe(true);
		expect(drawn[3]?.equals(await direct.heatChart(heat))).toBe(true);
		expect(threaded.altText(mood)).toBe(direct.altText(mood));
	});

	it('are not computed by the thread of the event loop', { timeout: DEADLINE_MS }, async () => {
		const [threaded, direct] = [open(), createChartRenderer({ timeZone: 'UTC' })];
		const month = { ...mood, entries: sampleEntries(5_000, 30 * 24 * HOUR) };
		const ownCpu = async (draw: () => Promise<Buffer>) => {
			const before = process.threadCpuUsage();
			await draw();
			const { user, system } = process.threadCpuUsage(before);
			return user + system;
		};
		// Both have been started before they are compared.
		await Promise.all([threaded.moodChart(mood), direct.moodChart(mood)]);
		const spared = await ownCpu(() => threaded.moodChart(month));
		const computed = await ownCpu(() => direct.moodChart(month));
		expect(spared).toBeLessThan(computed / 3);
	});

	it('are given up after their deadline, and those behind them are drawn', { timeout: DEADLINE_MS }, async () => {
		const charts = open({ script: fixture('hanging-thread'), deadlineMs: 300 });
		const all = await Promise.allSettled([charts.moodChart(mood), charts.heatChart(heat)]);
		for (const each of all) {
			expect(each).toMatchObject({ status: 'rejected', reason: { code: 'SES_CHART_FAILED' } });
			expect(String((each as PromiseRejectedResult).reason)).toContain('longer than 300 ms');
		}
		expect(charts.isRunning).toBe(false);
	});

	it('fail with the reason when their thread dies, and the next starts another', { timeout: DEADLINE_MS }, async () => {
		const charts = open({ script: fixture('dying-thread') });
		await expect(charts.moodChart(mood)).rejects.toMatchObject({
			code: 'SES_CHART_FAILED',
			message: expect.stringContaining('code 7'),
		});
		await expect(charts.moodChart(mood)).rejects.toMatchObject({ code: 'SES_CHART_FAILED' });
	});

	it('fail alone when one cannot be drawn', { timeout: DEADLINE_MS }, async () => {
		const charts = open();
		const impossible = charts.trendChart({ ...trend, timeZone: 'Nowhere/Land' });
		const [failed, drawn] = await Promise.allSettled([impossible, charts.heatChart(heat)]);
		expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'SES_CHART_FAILED' } });
		expect(drawn.status).toBe('fulfilled');
	});

	it('end with the program, those that wait with an error', { timeout: DEADLINE_MS }, async () => {
		const charts = open();
		await charts.heatChart(heat);
		const waiting = Promise.allSettled([charts.moodChart(mood), charts.moodChart(mood)]);
		await charts[Symbol.asyncDispose]();
		for (const each of await waiting) {
			expect(each).toMatchObject({ status: 'rejected', reason: { code: 'SES_CHART_FAILED' } });
		}
		expect(charts.isRunning).toBe(false);
		await expect(charts.heatChart(heat)).rejects.toMatchObject({ code: 'SES_CHART_FAILED' });
	});

	it('let their thread go when there is nothing to draw', { timeout: DEADLINE_MS }, async () => {
		const charts = open({ idleMs: 50 });
		await charts.heatChart(heat);
		await until(() => !charts.isRunning, DEADLINE_MS);
		expect((await charts.heatChart(heat)).length).toBeGreaterThan(1_000);
	});
});

it('packs moods without loss of what a chart shows', () => {
	const shown = entries.map(({ channelId, at, startMs, endMs, label, confidence, valence, arousal, contested }) => ({
		...{ channelId, at, startMs, endMs, label, confidence, valence, arousal },
		...(contested && { contested }),
	}));
	expect(unpackMoods(packMoods(entries))).toEqual(shown);
	expect(unpackMoods(packMoods([]))).toEqual([]);
});
