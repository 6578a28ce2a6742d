import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createChartRenderer, createThreadedChartRenderer } from '../../src/charts/index.ts';
import { type ChartedMood, type ChartRenderer, EMOTIONS, type MoodChartRequest } from '../../src/domain/index.ts';
import type { Suite } from '../harness/index.ts';

const DAY_MS = 86_400_000;
/** Long enough for the monitor to have seen the loop turn before and after. */
const AROUND_MS = 20;

const month = (entries: number): ChartedMood[] =>
	Array.from({ length: entries }, (_, index) => ({
		channelId: `channel-${index % 4}`,
		at: Date.UTC(2026, 10, 1) + (index * 29 * DAY_MS) / entries,
		startMs: 0,
		endMs: 1500 + (index % 7) * 500,
		label: EMOTIONS[index % EMOTIONS.length] ?? 'unsure',
		confidence: 0.5 + (index % 5) / 10,
		valence: Math.sin(index / 50),
		arousal: Math.cos(index / 70),
	}));

/** The longest time for which the event loop did not turn while a chart was drawn, in milliseconds. */
async function longestDelay(charts: ChartRenderer, request: MoodChartRequest): Promise<number> {
	const monitor = monitorEventLoopDelay({ resolution: 1 });
	monitor.enable();
	await delay(AROUND_MS);
	await charts.moodChart(request);
	await delay(AROUND_MS);
	monitor.disable();
	return monitor.max / 1e6;
}

/** How long voice packets wait for a chart: drawn in its thread, and drawn where they come in. */
export const charts: Suite = {
	name: 'charts',
	about: 'longest delay of the event loop while a month of moods is drawn, in a thread beside on the loop itself',
	async open(scale) {
		const threaded = createThreadedChartRenderer({ timeZone: 'UTC' });
		const direct = createChartRenderer({ timeZone: 'UTC' });
		const entries = month(scale === 'full' ? 10_000 : 50);
		const request: MoodChartRequest = { title: 'Month', subtitle: 'Bench', entries, theme: 'dark', locale: 'en' };
		return {
			comparisons: [
				{
					id: 'charts/loop-delay',
					per: 'chart',
					clock: 'wall',
					units: 1,
					ours: { name: 'drawn in a thread', clocked: () => longestDelay(threaded, request) },
					reference: {
						name: 'drawn on the event loop',
						kind: 'alternative',
						clocked: () => longestDelay(direct, request),
					},
				},
			],
			skipped: [],
			[Symbol.asyncDispose]: () => threaded[Symbol.asyncDispose](),
		};
	},
};
