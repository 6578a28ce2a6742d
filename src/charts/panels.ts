import { type ChartedMood, EMOTIONS, type EmotionLabel } from '../domain/index.ts';
import { EMOTION_COLOURS } from '../domain/palette.ts';
import { FONT_FAMILY, type Toolkit } from './canvas.ts';
import type { Formats } from './format.ts';
import { type Box, FONT, PADDING, WIDTH } from './layout.ts';
import { isSparse, type MoodSummary, STACKING } from './mood-summary.ts';
import type { ChartTexts } from './texts.ts';
import type { ChartTheme } from './themes.ts';
import type { Timeline } from './timeline.ts';

type Part = Readonly<Record<string, unknown>>;

/** What one plot adds to an ECharts option; its axes are those of the same index as its grid. */
export interface Panel {
	readonly grid: Part;
	readonly xAxis: Part;
	readonly yAxis: Part;
	readonly series: readonly Part[];
}

export interface PanelContext {
	readonly timeline: Timeline;
	readonly texts: ChartTexts;
	readonly formats: Formats;
	readonly theme: ChartTheme;
	readonly measure: Toolkit['measure'];
}

/** Something for each bucket of the timeline; undefined where nobody spoke. */
export type ByBucket<T> = readonly (T | undefined)[];

/** Share of a bucket's width that its bar takes. */
const BAR_SHARE = 0.82;
const WIDEST_BAR = 46;

/** Emotion mix: a full bar for each bucket with speech, nothing where there was none. */
export function mixPanel(
	context: PanelContext,
	mixes: ByBucket<Readonly<Record<EmotionLabel, number>>>,
	box: Box,
	index: number,
): Panel {
	const { timeline, theme, formats } = context;
	const present = STACKING.filter((label) => mixes.some((mix) => mix && mix[label] > 0));
	return {
		...frame(context, box, index, {
			min: 0,
			max: 1,
			interval: 0.5,
			axisLabel: { formatter: (share: number) => (share === 0.5 ? '' : formats.percent(share)) },
		}),
		series: present.map((label) => ({
			type: 'bar',
			...on(index),
			stack: 'mix',
			barWidth: barWidth(timeline, box),
			itemStyle: {
				color: label === 'unsure' ? theme.unsure : EMOTION_COLOURS[label],
				borderColor: theme.panel,
				borderWidth: 1,
			},
			data: points(timeline, mixes, (mix) => mix[label]),
		})),
	};
}

type Axis = 'valence' | 'arousal';

/** Valence or arousal over time: their means. The line joins neighbours only, so that nothing is drawn over a time without data. */
export function meanPanel(context: PanelContext, axis: Axis, means: ByBucket<number>, box: Box, index: number): Panel {
	const { timeline, texts, theme } = context;
	const [high, low] = axis === 'valence' ? [texts.pleasant, texts.unpleasant] : [texts.excited, texts.relaxed];
	return {
		...frame(context, box, index, {
			min: -1,
			max: 1,
			interval: 1,
			axisLabel: {
				formatter: (value: number) => (value === 1 ? high : value === -1 ? low : ''),
			},
		}),
		series: [
			{
				type: 'line',
				...on(index),
				z: 4,
				connectNulls: false,
				showAllSymbol: true,
				// Told from the dots of utterances by its shape.
				symbol: 'diamond',
				symbolSize: timeline.buckets > 16 ? 9 : 13,
				lineStyle: { color: theme.ink, width: 2.5 },
				itemStyle: { color: theme.ink, borderColor: theme.panel, borderWidth: 1 },
				data: points(timeline, means, (mean) => mean),
			},
		],
	};
}

/**
 * One's own valence or arousal: a dot for each utterance in its emotion's colour and, where a bucket has enough
 * of them, their mean in a box of one standard deviation to either side.
 */
export function affectPanel(
	context: PanelContext,
	axis: Axis,
	{ entries, summaries }: { readonly entries: readonly ChartedMood[]; readonly summaries: ByBucket<MoodSummary> },
	box: Box,
	index: number,
): Panel {
	const { timeline, theme } = context;
	const crowded = entries.length > 150;
	const dots = (label: ChartedMood['label']) => ({
		type: 'scatter',
		...on(index),
		z: 3,
		symbolSize: crowded ? 5.5 : 10,
		itemStyle: {
			color: label === 'unsure' ? theme.rule : EMOTION_COLOURS[label],
			opacity: crowded ? 0.6 : 0.9,
			borderColor: theme.panel,
			borderWidth: crowded ? 0 : 1,
		},
		data: entries.filter((entry) => entry.label === label).map((entry) => [entry.at, entry[axis]]),
	});
	const judged = summaries.map((summary) => (summary && !isSparse(summary) ? summary[axis] : undefined));
	const means = judged.map((summary) => summary?.mean);
	const panel = meanPanel(context, axis, means, box, index);
	return {
		...panel,
		series: [
			...['unsure' as const, ...EMOTIONS].map(dots),
			{
				type: 'custom',
				...on(index),
				z: 2,
				renderItem: spreadBox(barWidth(timeline, box), theme),
				encode: { x: 0, y: [1, 2] },
				data: judged.flatMap((summary, bucket) => {
					if (!summary) return [];
					const { mean, spread } = summary;
					return [[middleOf(timeline, bucket), Math.max(-1, mean - spread), Math.min(1, mean + spread)]];
				}),
			},
			...panel.series,
		],
	};
}

/** How much each bucket rests on; the only panel that names the times. */
export function amountPanel(
	context: PanelContext,
	amounts: ByBucket<number>,
	{ most, format }: { readonly most: number; format(amount: number): string },
	box: Box,
	index: number,
): Panel {
	const { timeline, theme, formats } = context;
	const ticks = timeline.ticks.filter((tick) => fitsUnder(context, box, tick));
	const { grid, xAxis, yAxis } = frame(context, box, index, {
		min: 0,
		max: most,
		interval: most,
		axisLabel: { formatter: (amount: number) => (amount === 0 ? '' : format(amount)) },
	});
	return {
		grid,
		xAxis: {
			...xAxis,
			axisTick: { show: true, length: 6, lineStyle: { color: theme.rule }, customValues: ticks },
			axisLabel: {
				...label(theme),
				margin: 10,
				customValues: ticks,
				formatter: (at: number) => formats.time(at, timeline.tickMs),
				hideOverlap: true,
			},
		},
		yAxis,
		series: [
			{
				type: 'bar',
				...on(index),
				barWidth: barWidth(timeline, box),
				itemStyle: { color: theme.bar, borderRadius: [2, 2, 0, 0] },
				data: points(timeline, amounts, (amount) => amount),
			},
		],
	};
}

/** Whether the whole label of a tick fits between the name of the time zone and the edge of the page. */
function fitsUnder({ timeline, formats, measure }: PanelContext, box: Box, tick: number): boolean {
	const middle = box.left + ((tick - timeline.start) / (timeline.end - timeline.start)) * box.width;
	const half = measure(formats.time(tick, timeline.tickMs), FONT.axis, 400) / 2;
	const zoneEnd = PADDING + measure(formats.zone(timeline.start), FONT.axis, 400);
	return middle - half > zoneEnd + 10 && middle + half < WIDTH - 4;
}

function frame({ timeline, theme }: PanelContext, box: Box, index: number, yAxis: Part): Omit<Panel, 'series'> {
	return {
		grid: { ...box, show: true, backgroundColor: theme.panel, borderWidth: 0, outerBoundsMode: 'none' },
		xAxis: {
			type: 'value',
			gridIndex: index,
			min: timeline.start,
			max: timeline.end,
			position: 'bottom',
			// Otherwise ECharts widens an axis that has bars, and the plots no longer line up.
			containShape: false,
			axisLine: { show: true, onZero: false, lineStyle: { color: theme.rule } },
			axisTick: { show: false },
			axisLabel: { show: false },
			splitLine: { show: false },
		},
		yAxis: {
			type: 'value',
			gridIndex: index,
			axisLine: { show: false },
			axisTick: { show: false },
			splitLine: { lineStyle: { color: theme.grid, width: 1 } },
			...yAxis,
			axisLabel: {
				...label(theme),
				// Inside the plot, so that the ends of two neighbouring scales keep apart.
				verticalAlignMinLabel: 'bottom',
				verticalAlignMaxLabel: 'top',
				...(yAxis['axisLabel'] as Part),
			},
		},
	};
}

const label = (theme: ChartTheme): Part => ({
	show: true,
	color: theme.mutedInk,
	fontSize: FONT.axis,
	fontFamily: FONT_FAMILY,
});

const on = (index: number): Part => ({ xAxisIndex: index, yAxisIndex: index, silent: true, animation: false });

const barWidth = (timeline: Timeline, box: Box): number =>
	Math.min(WIDEST_BAR, (box.width / timeline.buckets) * BAR_SHARE);

const middleOf = (timeline: Timeline, bucket: number): number => timeline.start + (bucket + 0.5) * timeline.bucketMs;

/** One point for each bucket, at its middle; null where nobody spoke. */
const points = <T>(timeline: Timeline, values: ByBucket<T>, value: (of: T) => number): [number, number | null][] =>
	values.map((each, bucket) => [middleOf(timeline, bucket), each === undefined ? null : value(each)]);

/** The part of ECharts' custom-series interface that is used here; its own types need the DOM's. */
interface RenderApi {
	value(dimension: number): number;
	coord(point: readonly [number, number]): [number, number];
}

const spreadBox = (width: number, theme: ChartTheme) => (_params: unknown, api: RenderApi) => {
	const [x, top] = api.coord([api.value(0), api.value(2)]);
	const [, bottom] = api.coord([api.value(0), api.value(1)]);
	return {
		type: 'rect',
		shape: { x: x - width / 2, y: top, width, height: Math.max(2, bottom - top), r: 3 },
		style: { fill: theme.spread },
	};
};
