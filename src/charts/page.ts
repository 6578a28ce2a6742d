import type { EChartsCoreOption } from 'echarts/core';
import type { MoodChartRequest } from '../domain/index.ts';
import type { Toolkit } from './canvas.ts';
import { type Element, textElement } from './elements.ts';
import { FONT, fit, PADDING, WIDTH } from './layout.ts';
import type { Panel } from './panels.ts';
import { textsFor } from './texts.ts';
import { type ChartTheme, THEMES } from './themes.ts';

/** An ECharts option and the size that it is laid out for, in layout pixels. */
export interface Drawing {
	readonly width: number;
	readonly height: number;
	readonly option: EChartsCoreOption;
}

/** What every page has, whatever is drawn on it. */
export type PageRequest = Pick<MoodChartRequest, 'title' | 'subtitle' | 'theme' | 'locale'>;

/** Panels on one page with what is drawn around them; an axis belongs to the grid of the same index. */
export const panelDrawing = (
	panels: readonly Panel[],
	height: number,
	theme: ChartTheme,
	graphic: readonly Element[],
): Drawing => ({
	width: WIDTH,
	height,
	option: {
		animation: false,
		backgroundColor: theme.ground,
		grid: panels.map(({ grid }) => grid),
		xAxis: panels.map(({ xAxis }) => xAxis),
		yAxis: panels.map(({ yAxis }) => yAxis),
		series: panels.flatMap(({ series }) => series),
		graphic,
	},
});

const EMPTY_HEIGHT = 260;
/** Between two lines at the foot of a page. */
export const FOOT_ROW = 22;

export function headElements(request: PageRequest, measure: Toolkit['measure']): Element[] {
	const theme = THEMES[request.theme];
	const room = WIDTH - 2 * PADDING;
	return [
		textElement(fit(request.title, room, FONT.title, 600, measure), {
			left: PADDING,
			top: PADDING - 4,
			size: FONT.title,
			weight: 600,
			colour: theme.ink,
		}),
		textElement(fit(request.subtitle, room, FONT.subtitle, 400, measure), {
			left: PADDING,
			top: PADDING + 36,
			size: FONT.subtitle,
			colour: theme.mutedInk,
		}),
	];
}

/** Lines at the foot of a page: the first one says how much it rests on, the rest explain. */
export const footElements = (
	lines: readonly string[],
	top: number,
	theme: ChartTheme,
	measure: Toolkit['measure'],
): Element[] =>
	lines.map((text, line) =>
		textElement(fit(text, WIDTH - 2 * PADDING, FONT.foot, 400, measure), {
			left: PADDING,
			top: top + line * FOOT_ROW,
			size: FONT.foot,
			colour: line === 0 ? theme.ink : theme.mutedInk,
		}),
	);

/** Says that there is nothing to draw. */
export function emptyDrawing(request: PageRequest, measure: Toolkit['measure']): Drawing {
	const texts = textsFor(request.locale);
	const theme = THEMES[request.theme];
	const middle = { left: WIDTH / 2, align: 'center' as const };
	return {
		width: WIDTH,
		height: EMPTY_HEIGHT,
		option: {
			animation: false,
			backgroundColor: theme.ground,
			graphic: [
				...headElements(request, measure),
				textElement(texts.empty, { ...middle, top: EMPTY_HEIGHT / 2, size: 24, weight: 600, colour: theme.ink }),
				textElement(texts.emptyHint, { ...middle, top: EMPTY_HEIGHT / 2 + 40, size: 18, colour: theme.mutedInk }),
			],
		},
	};
}
