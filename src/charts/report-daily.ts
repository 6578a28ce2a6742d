import type { EmotionLabel } from '../domain/index.ts';
import { EMOTION_COLOURS } from '../domain/palette.ts';
import { FONT_FAMILY } from './canvas.ts';
import { STACKING } from './mood-summary.ts';
import type { ReportDrawing, ReportTheme } from './report-render.ts';

const FONT = `"${FONT_FAMILY}", system-ui, sans-serif`;

/** Figures of one day, hour, weekday or channel; without a mix where nothing was said. */
export interface PatternColumn {
	readonly name: string;
	readonly mix?: Readonly<Record<EmotionLabel, number>> | undefined;
	readonly valence?: number | undefined;
}

export interface PatternTexts {
	readonly valence: string;
	readonly pleasant: string;
	readonly unpleasant: string;
	readonly percent: (share: number) => string;
}

const label = (theme: ReportTheme, size: number) => ({ color: theme.mutedInk, fontSize: size, fontFamily: FONT });

/** Stacked shares of the emotions, and the mean valence below them, for each column. */
export function patternDrawing(columns: readonly PatternColumn[], texts: PatternTexts, width: number): ReportDrawing {
	const isNarrow = width < 600;
	const size = isNarrow ? 11 : 12;
	const left = isNarrow ? 44 : 84;
	const box = { left, width: width - left - 16 };
	const present = STACKING.filter((emotion) => columns.some(({ mix }) => mix && mix[emotion] > 0));
	const names = columns.map(({ name }) => name);
	const grids = [
		{ ...box, top: 12, height: 150 },
		{ ...box, top: 182, height: 80 },
	];
	return {
		width,
		height: 296,
		option: (theme) => ({
			animation: false,
			textStyle: { fontFamily: FONT },
			grid: grids.map((grid) => ({
				...grid,
				show: true,
				backgroundColor: theme.panel,
				borderWidth: 0,
				outerBoundsMode: 'none',
			})),
			xAxis: grids.map((_, index) => ({
				type: 'category',
				gridIndex: index,
				data: names,
				axisTick: { show: false },
				axisLine: { onZero: false, lineStyle: { color: theme.rule } },
				axisLabel: { ...label(theme, size), show: index === 1, hideOverlap: true },
			})),
			yAxis: [
				{
					type: 'value',
					min: 0,
					max: 1,
					interval: 0.5,
					splitLine: { lineStyle: { color: theme.grid } },
					axisLabel: { ...label(theme, size), formatter: texts.percent },
				},
				{
					type: 'value',
					gridIndex: 1,
					min: -1,
					max: 1,
					interval: 1,
					splitLine: { lineStyle: { color: theme.grid } },
					axisLabel: {
						...label(theme, size),
						verticalAlignMinLabel: 'bottom',
						verticalAlignMaxLabel: 'top',
						formatter: (value: number) => valenceLabel(value, texts, isNarrow),
					},
				},
			],
			series: [
				...present.map((emotion) => ({
					type: 'bar',
					stack: 'mix',
					silent: true,
					barWidth: '76%',
					barMaxWidth: 44,
					itemStyle: {
						color: emotion === 'unsure' ? theme.unsure : EMOTION_COLOURS[emotion],
						borderColor: theme.panel,
						borderWidth: 1,
					},
					data: columns.map(({ mix }) => mix?.[emotion] ?? null),
				})),
				{
					type: 'line',
					xAxisIndex: 1,
					yAxisIndex: 1,
					silent: true,
					connectNulls: false,
					symbol: 'circle',
					showAllSymbol: true,
					symbolSize: 7,
					lineStyle: { color: theme.ink, width: 2 },
					itemStyle: { color: theme.ink },
					data: columns.map(({ valence }) => valence ?? null),
				},
			],
		}),
	};
}

function valenceLabel(value: number, { valence, pleasant, unpleasant }: PatternTexts, isNarrow: boolean): string {
	if (isNarrow) return value === 1 ? '+1' : value === -1 ? '−1' : '0';
	return value === 1 ? pleasant : value === -1 ? unpleasant : valence;
}

export interface WeekCell {
	/** 0 is Monday. */
	readonly weekday: number;
	readonly hour: number;
	readonly valence: number;
	/** Of the most speech in a cell, 0…1. */
	readonly weight: number;
}

const CELL = 20;
const [UNPLEASANT, PLEASANT] = ['#d1495b', '#2a9d8f'];

/** Weekdays by hours: hue for valence, strength for how much it rests on. */
export function weekDrawing(cells: readonly WeekCell[], weekdays: readonly string[], width: number): ReportDrawing {
	const isNarrow = width < 600;
	const left = isNarrow ? 40 : 84;
	const inner = width - left - 16;
	return {
		width,
		height: 7 * (CELL + 4) + 44,
		option: (theme) => ({
			animation: false,
			textStyle: { fontFamily: FONT },
			grid: {
				left,
				top: 8,
				width: inner,
				height: 7 * (CELL + 4),
				show: true,
				backgroundColor: theme.panel,
				borderWidth: 0,
				outerBoundsMode: 'none',
			},
			xAxis: {
				type: 'category',
				data: Array.from({ length: 24 }, (_, hour) => String(hour)),
				axisTick: { show: false },
				axisLine: { lineStyle: { color: theme.rule } },
				axisLabel: { ...label(theme, isNarrow ? 11 : 12), interval: isNarrow ? 5 : 2 },
			},
			yAxis: {
				type: 'category',
				inverse: true,
				data: weekdays.map((name) => name),
				axisTick: { show: false },
				axisLine: { show: false },
				axisLabel: { ...label(theme, isNarrow ? 11 : 12), interval: 0 },
			},
			series: [
				{
					type: 'custom',
					silent: true,
					data: cells.map(({ hour, weekday }) => [hour, weekday]),
					renderItem: (
						params: { readonly dataIndex: number },
						api: { coord(point: readonly [number, number]): [number, number] },
					) => {
						const { hour, weekday, valence, weight } = cells[params.dataIndex] as WeekCell;
						const [x, y] = api.coord([hour, weekday]);
						const w = inner / 24 - 2;
						return {
							type: 'rect',
							shape: { x: x - w / 2, y: y - CELL / 2, width: w, height: CELL, r: 3 },
							style: { fill: mixed(valence), opacity: 0.3 + 0.7 * Math.sqrt(weight) },
						};
					},
				},
			],
		}),
	};
}

/** From red over grey to teal; −0.6 and 0.6 are as far as means of voices go. */
function mixed(valence: number): string {
	const share = Math.max(-1, Math.min(1, valence / 0.6));
	const end = share < 0 ? UNPLEASANT : PLEASANT;
	const grey = 0x9a;
	const part = (at: number): string => {
		const target = Number.parseInt((end as string).slice(at, at + 2), 16);
		return Math.round(grey + (target - grey) * Math.abs(share))
			.toString(16)
			.padStart(2, '0');
	};
	return `#${part(1)}${part(3)}${part(5)}`;
}
