import { FONT_FAMILY } from './canvas.ts';
import type { CallChart } from './report-call.ts';
import type { ReportTheme } from './report-render.ts';

export type Part = Readonly<Record<string, unknown>>;

export const FONT = `"${FONT_FAMILY}", system-ui, sans-serif`;

/** What is drawn, and how large. */
export interface Context {
	readonly chart: CallChart;
	readonly font: number;
	readonly isNarrow: boolean;
	readonly inner: number;
	readonly laneHeight: number;
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];

export function timeAxis({ chart, font, inner }: Context, theme: ReportTheme, index: number, isLast: boolean): Part {
	const stepMs = (STEPS_S.find((step) => (step * 1000 * inner) / chart.durationMs >= 64) ?? 28_800) * 1000;
	return {
		type: 'value',
		gridIndex: index,
		min: 0,
		max: chart.durationMs,
		interval: stepMs,
		containShape: false,
		axisLine: { show: true, onZero: false, lineStyle: { color: theme.rule } },
		axisTick: { show: isLast, lineStyle: { color: theme.rule } },
		splitLine: { show: true, lineStyle: { color: theme.grid } },
		axisLabel: {
			show: isLast,
			color: theme.mutedInk,
			fontSize: font,
			fontFamily: FONT,
			showMaxLabel: false,
			alignMinLabel: 'left',
			formatter: (ms: number) => chart.clock(ms),
		},
	};
}

/** Inside of a narrow plot a label stands above its line, and whatever is drawn there stays off its letters. */
const insideOf = (theme: ReportTheme): Part => ({
	inside: true,
	margin: 4,
	verticalAlign: 'bottom',
	verticalAlignMinLabel: 'bottom',
	textBorderColor: theme.panel,
	textBorderWidth: 3,
});

const valueAxis = (theme: ReportTheme, index: number, font: number, isNarrow: boolean): Part => ({
	type: 'value',
	gridIndex: index,
	axisLine: { show: false },
	axisTick: { show: false },
	splitLine: { show: true, lineStyle: { color: theme.grid } },
	axisLabel: {
		color: theme.mutedInk,
		fontSize: font,
		fontFamily: FONT,
		verticalAlignMinLabel: 'bottom',
		verticalAlignMaxLabel: 'top',
		...(isNarrow && insideOf(theme)),
	},
});

export function laneAxis({ chart, font, isNarrow }: Context, theme: ReportTheme): Part {
	return {
		type: 'category',
		inverse: true,
		data: chart.lanes.map(({ name }) => name),
		axisLine: { show: false },
		axisTick: { show: false },
		splitLine: { show: false },
		axisLabel: {
			color: theme.ink,
			fontSize: font,
			fontFamily: FONT,
			...(isNarrow ? { ...insideOf(theme), padding: [0, 0, 8, 0] } : { width: 92, overflow: 'break' }),
		},
		z: 5,
	};
}

export const valenceAxis = ({ chart, font, isNarrow }: Context, theme: ReportTheme): Part => ({
	...valueAxis(theme, 1, font, isNarrow),
	min: -1,
	max: 1,
	interval: 1,
	axisLabel: {
		...(valueAxis(theme, 1, font, isNarrow)['axisLabel'] as Part),
		formatter: (value: number) =>
			value === 1 ? chart.texts.pleasant : value === -1 ? chart.texts.unpleasant : chart.texts.valence,
	},
	z: 5,
});

export const heatAxis = ({ chart, font, isNarrow }: Context, theme: ReportTheme): Part => ({
	...valueAxis(theme, 2, font, isNarrow),
	min: 0,
	max: 1,
	splitLine: { show: false },
	axisLabel: {
		...(valueAxis(theme, 2, font, isNarrow)['axisLabel'] as Part),
		customValues: [0, chart.warmAt, chart.hotAt],
		// That of the highest of these three, not of the top of the plot.
		verticalAlignMaxLabel: isNarrow ? 'bottom' : 'middle',
		formatter: (value: number) =>
			value === chart.warmAt ? chart.texts.warm : value === chart.hotAt ? chart.texts.hot : chart.texts.tension,
	},
	z: 5,
});
