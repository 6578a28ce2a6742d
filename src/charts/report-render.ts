import type { EChartsCoreOption } from 'echarts/core';
import { loadToolkit, PIXEL_RATIO } from './canvas.ts';
import type { ChartTheme } from './themes.ts';
import { THEMES } from './themes.ts';

/** The colours that reports are drawn in. */
export type ReportTheme = Omit<ChartTheme, 'heat'>;

/** An ECharts option for a theme, and the size that it is laid out for. */
export interface ReportDrawing {
	readonly width: number;
	readonly height: number;
	option(theme: ReportTheme): EChartsCoreOption;
}

/**
 * Colours that stand for the page's own: ECharts is to take them for colours, and CSS sets them by theme, so that one
 * drawing serves dark and light.
 */
const STAND_INS = {
	ground: '#fe0001',
	panel: '#fe0002',
	ink: '#fe0003',
	mutedInk: '#fe0004',
	grid: '#fe0005',
	rule: '#fe0006',
	spread: '#fe0007',
	bar: '#fe0008',
	unsure: '#fe0009',
} as const satisfies ReportTheme;

/** Of the variables that stand for a theme: `--chart-ink` and so on. */
const variableOf = (name: string): string =>
	`--chart-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The CSS declarations that a page needs around the drawings of {@link toSvg}. */
export const themeDeclarations = (theme: 'dark' | 'light'): string =>
	(Object.keys(STAND_INS) as (keyof ReportTheme)[])
		.map((name) => `${variableOf(name)}:${THEMES[theme][name]}`)
		.join(';');

/** Inline SVG in the colours of the page around it; hidden from screen readers, which are given the words beside it. */
export async function toSvg(drawing: ReportDrawing): Promise<string> {
	const { echarts } = await loadToolkit();
	const { width, height } = drawing;
	const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
	try {
		chart.setOption(drawing.option(STAND_INS));
		const svg = Object.entries(STAND_INS).reduce(
			(text, [name, colour]) => text.replaceAll(colour, `var(${variableOf(name)})`),
			chart.renderToSVGString(),
		);
		return svg
			.replace(/<svg /, '<svg aria-hidden="true" focusable="false" ')
			.replace(/<style[^>]*>.*?<\/style>/gs, '')
			.replaceAll(/ (?:ecmeta_\w+|class)="[^"]*"/g, '');
	} finally {
		chart.dispose();
	}
}

/** @returns a PNG at twice the layout's size */
export async function toPng(drawing: ReportDrawing, theme: 'dark' | 'light' = 'light'): Promise<Buffer> {
	const { createCanvas, echarts } = await loadToolkit();
	const { width, height } = drawing;
	const canvas = createCanvas(width * PIXEL_RATIO, height * PIXEL_RATIO);
	const chart = echarts.init(canvas as never, null, { width, height, devicePixelRatio: PIXEL_RATIO });
	try {
		chart.setOption({ ...drawing.option(THEMES[theme]), backgroundColor: THEMES[theme].ground });
		return await canvas.encode('png');
	} finally {
		chart.dispose();
	}
}
