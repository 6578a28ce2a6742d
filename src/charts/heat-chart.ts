import type { HeatChartRequest, HeatPoint } from '../domain/index.ts';
import { FONT_FAMILY, type Toolkit } from './canvas.ts';
import { type Element, textElement } from './elements.ts';
import { formatsFor } from './format.ts';
import { type HeatTexts, heatTextsFor } from './heat-texts.ts';
import { type Box, fit, PADDING, WIDTH } from './layout.ts';
import type { Drawing } from './page.ts';
import { type ChartTheme, THEMES } from './themes.ts';

const MINUTE_MS = 60_000;
/** Less would make a jump of what is a climb. */
const SHORTEST_MS = MINUTE_MS;
/** Nothing that was said longer ago counts for the heat, so that nothing is known of such a pause. */
const GAP_MS = MINUTE_MS;
/** Below this half minutes are named, too. */
const SHORTEST_IN_MINUTES = 1.5;
const STEPS_MIN = [1, 2, 5, 10, 15, 30, 60, 120];
const MOST_STEPS = 5;
/** Larger than in the chart of moods: this one is read in a hurry, on a phone. */
const FONT = { title: 30, subtitle: 20, band: 21, axis: 20, score: 30 } as const;
const TOP = 106;
const PLOT_HEIGHT = 236;
const HEIGHT = TOP + PLOT_HEIGHT + 52;
/** Of a band's name; in a lower band it would stand on its edges. */
const LOWEST_BAND = 26;

type Band = 'calm' | 'warm' | 'hot';

/** Where scores and times stand in the plot. */
interface Scale {
	readonly box: Box;
	readonly start: number;
	readonly end: number;
	readonly bands: readonly { readonly band: Band; readonly from: number; readonly to: number }[];
	yOf(score: number): number;
	xOf(at: number): number;
}

/** Lays out how a channel heated up: its score over the minutes before the alert, and the states that it went through. */
export function heatDrawing(request: HeatChartRequest, measure: Toolkit['measure']): Drawing {
	const theme = THEMES[request.theme];
	const texts = heatTextsFor(request.locale);
	const scale = scaleOf(request, texts, measure);
	const { box, start, end } = scale;
	return {
		width: WIDTH,
		height: HEIGHT,
		option: {
			animation: false,
			backgroundColor: theme.ground,
			grid: { ...box, outerBoundsMode: 'none' },
			xAxis: { type: 'value', min: start, max: end, show: false },
			yAxis: { type: 'value', min: 0, max: 1, show: false },
			series: [courseSeries(request.heat, scale, theme), lastPointSeries(request, scale, theme)],
			graphic: [
				...headElements(request, theme, measure),
				...bandElements(scale, texts, theme),
				...thresholdElements(request, scale, theme),
				...timeElements(request, scale, texts, theme, measure),
				...(request.heat.length === 0 ? [emptyElement(box, texts, theme)] : []),
			],
		},
	};
}

function scaleOf(
	{ heat, alertAt, thresholds, locale }: HeatChartRequest,
	texts: HeatTexts,
	measure: Toolkit['measure'],
): Scale {
	const { percent } = formatsFor(locale, 'UTC');
	const names = Math.max(...Object.values(texts.bands).map((name) => measure(name, FONT.band, 600)));
	const left = PADDING + names + 14;
	const right = PADDING + measure(percent(1), FONT.axis, 400) + 10;
	const box = { left, top: TOP, width: WIDTH - left - right, height: PLOT_HEIGHT };
	const first = Math.min(heat[0]?.at ?? alertAt, alertAt - SHORTEST_MS);
	const end = Math.max(alertAt, heat.at(-1)?.at ?? alertAt);
	// A little room, so that the last point is seen whole.
	const room = (end - first) * 0.03;
	const [start, stop] = [first, end + room];
	const { warm, hot } = thresholds;
	return {
		box,
		start,
		end: stop,
		bands: [
			{ band: 'calm', from: 0, to: warm },
			{ band: 'warm', from: warm, to: hot },
			{ band: 'hot', from: hot, to: 1 },
		],
		yOf: (score) => box.top + (1 - score) * box.height,
		xOf: (at) => box.left + ((at - start) / (stop - start)) * box.width,
	};
}

function headElements(request: HeatChartRequest, theme: ChartTheme, measure: Toolkit['measure']): Element[] {
	const room = WIDTH - 2 * PADDING;
	const title = fit(request.title, room, FONT.title, 600, measure);
	const subtitle = fit(request.subtitle, room, FONT.subtitle, 400, measure);
	return [
		textElement(title, { left: PADDING, top: PADDING - 4, size: FONT.title, weight: 600, colour: theme.ink }),
		textElement(subtitle, { left: PADDING, top: PADDING + 36, size: FONT.subtitle, colour: theme.mutedInk }),
	];
}

const emptyElement = ({ left, top, width, height }: Box, texts: HeatTexts, theme: ChartTheme): Element =>
	textElement(texts.alt.empty, {
		left: left + width / 2,
		top: top + height / 2,
		anchor: 'middle',
		align: 'center',
		size: FONT.band,
		colour: theme.ink,
	});

/** A ground for each state, with its name beside it: nobody needs to tell the colours. */
const bandElements = ({ box, bands, yOf }: Scale, texts: HeatTexts, theme: ChartTheme): Element[] =>
	bands.flatMap(({ band, from, to }) => {
		const height = yOf(from) - yOf(to);
		const shape = { x: box.left, y: yOf(to), width: box.width, height: Math.max(0, height) };
		const ground = { type: 'rect', z: 0, silent: true, shape, style: { fill: theme.heat[band], opacity: 0.13 } };
		if (height < LOWEST_BAND) return [ground];
		const name = textElement(texts.bands[band], {
			left: box.left - 12,
			top: yOf(to) + height / 2,
			anchor: 'middle',
			align: 'right',
			size: FONT.band,
			weight: 600,
			colour: theme.heat[band],
		});
		return [ground, name];
	});

/** A line at either threshold, and at its end the score. */
function thresholdElements(request: HeatChartRequest, { box, yOf }: Scale, theme: ChartTheme): Element[] {
	const { percent } = formatsFor(request.locale, 'UTC');
	const right = box.left + box.width;
	const { warm, hot } = request.thresholds;
	return (['warm', 'hot'] as const).flatMap((band) => {
		const score = band === 'hot' ? hot : warm;
		const y = Math.round(yOf(score));
		const line = {
			type: 'line',
			z: 1,
			silent: true,
			shape: { x1: box.left, y1: y, x2: right, y2: y },
			style: { stroke: theme.heat[band], lineWidth: band === 'hot' ? 2.5 : 1.5, lineDash: [7, 5] },
		};
		// Two thresholds close together would have their figures overlap; that of the alert stays.
		if (band === 'warm' && yOf(warm) - yOf(hot) < FONT.axis) return [line];
		const label = textElement(percent(score), {
			left: right + 8,
			top: y,
			anchor: 'middle',
			size: FONT.axis,
			weight: band === 'hot' ? 600 : 400,
			colour: band === 'hot' ? theme.heat.hot : theme.mutedInk,
		});
		return [line, label];
	});
}

/** Minutes before the alert, and the alert itself. */
function timeElements(
	{ alertAt, locale }: HeatChartRequest,
	{ box, start, xOf }: Scale,
	texts: HeatTexts,
	theme: ChartTheme,
	measure: Toolkit['measure'],
): Element[] {
	const { duration } = formatsFor(locale, 'UTC');
	const bottom = box.top + box.height;
	const spanMin = (alertAt - start) / MINUTE_MS;
	const whole = STEPS_MIN.find((minutes) => spanMin / minutes <= MOST_STEPS) ?? spanMin;
	const step = spanMin < SHORTEST_IN_MINUTES ? 0.5 : whole;
	const tick = (at: number, height: number, colour: string): Element => ({
		type: 'line',
		z: 1,
		silent: true,
		shape: { x1: xOf(at), y1: bottom - height, x2: xOf(at), y2: bottom + 7 },
		style: { stroke: colour, lineWidth: height > 0 ? 2 : 1.5 },
	});
	const axis: Element = {
		type: 'line',
		z: 1,
		silent: true,
		shape: { x1: box.left, y1: bottom, x2: box.left + box.width, y2: bottom },
		style: { stroke: theme.rule, lineWidth: 1.5 },
	};
	const text = (words: string, at: number, weight: 400 | 600): Element =>
		textElement(words, {
			left: Math.min(xOf(at), WIDTH - 6 - measure(words, FONT.axis, weight) / 2),
			top: bottom + 13,
			align: 'center',
			size: FONT.axis,
			weight,
			colour: weight === 600 ? theme.ink : theme.mutedInk,
		});
	const alertHalf = measure(texts.alert, FONT.axis, 600) / 2;
	const earlier = Array.from({ length: Math.floor(spanMin / step) }, (_, index) => (index + 1) * step).flatMap(
		(minutes) => {
			const at = alertAt - minutes * MINUTE_MS;
			const words = `−${duration(minutes * MINUTE_MS)}`;
			const half = measure(words, FONT.axis, 400) / 2;
			const isClear = xOf(at) + half < xOf(alertAt) - alertHalf - 8 && xOf(at) - half > 4;
			return [tick(at, 0, theme.rule), ...(isClear ? [text(words, at, 400)] : [])];
		},
	);
	return [axis, ...earlier, tick(alertAt, box.height, theme.ink), text(texts.alert, alertAt, 600)];
}

/** The line takes the colour of the band that it runs through. */
function bandGradient({ box, bands }: Scale, theme: ChartTheme, opacity?: string): object {
	const blur = 0.012;
	const stops = bands.toReversed().flatMap(({ band, from, to }) => {
		const color = `${theme.heat[band]}${opacity ?? ''}`;
		const [above, below] = [Math.max(0, 1 - to + blur), Math.min(1, 1 - from - blur)];
		return below > above ? [above, below].map((offset) => ({ offset, color })) : [];
	});
	const { top, height } = box;
	return { type: 'linear', global: true, x: 0, y: top, x2: 0, y2: top + height, colorStops: stops };
}

function courseSeries(heat: readonly HeatPoint[], scale: Scale, theme: ChartTheme): object {
	const data = heat.flatMap(({ at, score }, index): [number, number | null][] => {
		const before = heat[index - 1];
		const isBroken = before !== undefined && at - before.at > GAP_MS;
		return [...(isBroken ? [[at - 1, null] as [number, null]] : []), [at, score]];
	});
	const isCrowded = heat.length > 40;
	return {
		type: 'line',
		z: 3,
		silent: true,
		connectNulls: false,
		showAllSymbol: true,
		symbol: 'circle',
		symbolSize: isCrowded ? 4 : 9,
		itemStyle: { color: theme.ink, borderColor: theme.ground, borderWidth: isCrowded ? 0 : 1.5 },
		lineStyle: { width: 4.5, join: 'round', cap: 'round', color: bandGradient(scale, theme) },
		areaStyle: { color: bandGradient(scale, theme, '38') },
		data,
	};
}

/** Where it stood when moderators were called. */
function lastPointSeries({ heat, locale }: HeatChartRequest, { end, start }: Scale, theme: ChartTheme): object {
	const last = heat.at(-1);
	const { percent } = formatsFor(locale, 'UTC');
	const isHigh = (last?.score ?? 0) > 0.85;
	// Beside a lone point there is no line in the way, and at the left edge no room.
	const isLeft = last !== undefined && last.at - start > (end - start) / 4;
	return {
		type: 'scatter',
		z: 4,
		silent: true,
		symbolSize: 19,
		itemStyle: { color: theme.ink, borderColor: theme.heat.hot, borderWidth: 5, opacity: 1 },
		label: {
			show: true,
			position: isLeft ? 'left' : 'right',
			distance: 12,
			offset: [0, isHigh ? 4 : -16],
			formatter: percent(last?.score ?? 0),
			color: theme.ink,
			fontSize: FONT.score,
			fontWeight: 600,
			fontFamily: FONT_FAMILY,
			textBorderColor: theme.ground,
			textBorderWidth: 5,
		},
		data: last ? [[last.at, last.score]] : [],
	};
}
