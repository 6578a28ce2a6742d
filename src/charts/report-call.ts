import type { EmotionLabel } from '../domain/index.ts';
import { EMOTION_COLOURS } from '../domain/palette.ts';
import { type Context, FONT, heatAxis, laneAxis, type Part, timeAxis, valenceAxis } from './report-call-axes.ts';
import type { ReportDrawing, ReportTheme } from './report-render.ts';

export interface LaneSpan {
	readonly startMs: number;
	readonly endMs: number;
	/** Absent where emotion was not read. */
	readonly label?: EmotionLabel;
}

/** What the chart of a call shows; all times from the beginning of the recording. */
export interface CallChart {
	readonly durationMs: number;
	readonly title?: string;
	readonly lanes: readonly { readonly name: string; readonly spans: readonly LaneSpan[] }[];
	readonly valence: readonly { readonly atMs: number; readonly value: number; readonly label: EmotionLabel }[];
	/** Running mean of the valence; `null` where it breaks off. */
	readonly mean: readonly (readonly [atMs: number, value: number | null])[];
	readonly heat: readonly { readonly atMs: number; readonly score: number }[];
	readonly warmAt: number;
	readonly hotAt: number;
	/** Times of the turning points, in their order. */
	readonly marks: readonly number[];
	readonly texts: Readonly<Record<'valence' | 'pleasant' | 'unpleasant' | 'tension' | 'warm' | 'hot', string>>;
	clock(ms: number): string;
}

/** The part of ECharts' custom-series interface that is used here; its own types need the DOM's. */
interface RenderApi {
	value(dimension: number): number;
	coord(point: readonly [number, number]): [number, number];
}

const LANE = 34;
const HEAT_COLOUR = EMOTION_COLOURS.anger;

/** Lanes of the parties, valence and tension over one axis of time. @param width in layout pixels, from 320 on */
export function callDrawing(chart: CallChart, width: number): ReportDrawing {
	const isNarrow = width < 600;
	const font = isNarrow ? 11 : 12;
	const left = isNarrow ? 16 : 104;
	const right = isNarrow ? 10 : 20;
	const inner = width - left - right;
	const top = (chart.title ? 44 : 8) + (chart.marks.length > 0 ? 18 : 0);
	const laneHeight = LANE + (isNarrow ? 16 : 0);
	const hasMood = chart.valence.length > 0;
	const boxes = [
		{ left, top, width: inner, height: laneHeight * chart.lanes.length },
		...(hasMood
			? [
					{ left, top: top + laneHeight * chart.lanes.length + 26, width: inner, height: isNarrow ? 100 : 130 },
					{
						left,
						top: top + laneHeight * chart.lanes.length + (isNarrow ? 152 : 182),
						width: inner,
						height: isNarrow ? 70 : 90,
					},
				]
			: []),
	];
	const last = boxes.at(-1) as (typeof boxes)[number];
	const height = last.top + last.height + 28;
	const context = { chart, font, isNarrow, inner, laneHeight };
	return {
		width,
		height,
		option: (theme) => ({
			animation: false,
			textStyle: { fontFamily: FONT },
			...(chart.title && { graphic: titleOf(chart.title, theme) }),
			grid: boxes.map((box) => ({
				...box,
				show: true,
				backgroundColor: theme.panel,
				borderWidth: 0,
				outerBoundsMode: 'none',
			})),
			xAxis: boxes.map((_, index) => timeAxis(context, theme, index, index === boxes.length - 1)),
			yAxis: [laneAxis(context, theme), ...(hasMood ? [valenceAxis(context, theme), heatAxis(context, theme)] : [])],
			series: [
				lanes(context, theme),
				...(hasMood ? [...valenceSeries(context, theme), heatSeries(context, theme)] : []),
				...marks(context, theme, boxes.length),
			],
		}),
	};
}

const titleOf = (text: string, theme: ReportTheme): Part => ({
	type: 'text',
	left: 16,
	top: 14,
	style: { text, font: `600 18px ${FONT}`, fill: theme.ink },
});

const on = (index: number): Part => ({ xAxisIndex: index, yAxisIndex: index, silent: true, animation: false });

/** Stretches that the eye could not tell apart are drawn as one. */
function merged(spans: readonly LaneSpan[], gapMs: number): LaneSpan[] {
	const joined: { startMs: number; endMs: number; label?: EmotionLabel }[] = [];
	for (const span of spans) {
		const last = joined.at(-1);
		if (last && last.label === span.label && span.startMs - last.endMs < gapMs) last.endMs = span.endMs;
		else joined.push({ ...span });
	}
	return joined;
}

function lanes({ chart, inner, isNarrow }: Context, theme: ReportTheme): Part {
	const spans = chart.lanes.flatMap(({ spans }, lane) =>
		merged(spans, chart.durationMs / inner).map((span) => ({ lane, ...span })),
	);
	return {
		type: 'custom',
		...on(0),
		data: spans.map(({ lane, startMs, endMs }) => [startMs, lane, endMs]),
		encode: { x: [0, 2], y: 1 },
		renderItem: (params: { readonly dataIndex: number }, api: RenderApi) => {
			const { startMs, endMs, lane, label } = spans[params.dataIndex] as (typeof spans)[number];
			const [x, y] = api.coord([startMs, lane]);
			const [end] = api.coord([endMs, lane]);
			const fill = label === undefined ? theme.bar : label === 'unsure' ? theme.unsure : EMOTION_COLOURS[label];
			// What is read is tall; what is only known to be speech is slim.
			const height = label === undefined ? 8 : 20;
			const shift = isNarrow ? 8 : 0;
			return {
				type: 'rect',
				shape: { x, y: y - height / 2 + shift, width: Math.max(1, end - x), height, r: label ? 2 : 4 },
				style: { fill },
			};
		},
	};
}

const MOST_DOTS = 500;

function valenceSeries({ chart }: Context, theme: ReportTheme): Part[] {
	const dots = chart.valence.length <= MOST_DOTS ? chart.valence : [];
	const labels = [...new Set(dots.map(({ label }) => label))];
	return [
		...labels.map((label) => ({
			type: 'scatter',
			...on(1),
			z: 3,
			symbolSize: dots.length > 150 ? 5 : 8,
			itemStyle: {
				color: label === 'unsure' ? theme.rule : EMOTION_COLOURS[label],
				opacity: label === 'unsure' ? 0.5 : 0.95,
				borderColor: theme.panel,
				borderWidth: 1,
			},
			data: dots.filter((each) => each.label === label).map(({ atMs, value }) => [atMs, value]),
		})),
		{
			type: 'line',
			...on(1),
			z: 4,
			symbol: 'none',
			connectNulls: false,
			smooth: 0.3,
			smoothMonotone: 'x',
			lineStyle: { color: theme.ink, width: 2.5 },
			data: chart.mean.map((point) => [...point]),
		},
	];
}

function heatSeries({ chart }: Context, theme: ReportTheme): Part {
	const points = chart.heat.map(({ atMs, score }) => [atMs, score]);
	return {
		type: 'line',
		...on(2),
		step: 'end',
		symbol: 'none',
		lineStyle: { color: HEAT_COLOUR, width: 2 },
		areaStyle: { color: HEAT_COLOUR, opacity: 0.22 },
		data: [[0, 0], ...points, [chart.durationMs, points.at(-1)?.[1] ?? 0]],
		markLine: {
			silent: true,
			symbol: 'none',
			label: { show: false },
			lineStyle: { color: theme.rule, type: 'dashed', width: 1 },
			data: [{ yAxis: chart.warmAt }, { yAxis: chart.hotAt }],
		},
	};
}

/** A line through all panels for each turning point, with its number on top. */
function marks({ chart, font }: Context, theme: ReportTheme, panels: number): Part[] {
	if (chart.marks.length === 0) return [];
	return Array.from({ length: panels }, (_, index) => ({
		type: 'line',
		...on(index),
		data: [],
		markLine: {
			silent: true,
			symbol: 'none',
			lineStyle: { color: theme.mutedInk, type: 'solid', width: 1, opacity: 0.7 },
			label: {
				show: index === 0,
				position: 'start',
				color: theme.ink,
				fontSize: font,
				fontWeight: 600,
				fontFamily: FONT,
				distance: 4,
			},
			data: chart.marks.map((atMs, order) => ({ xAxis: atMs, label: { formatter: String(order + 1) } })),
		},
	}));
}
