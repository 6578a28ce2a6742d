import type { TrendChartRequest } from '../domain/index.ts';
import { EMOTION_COLOURS } from '../domain/palette.ts';
import type { Toolkit } from './canvas.ts';
import { type Element, legendElements, textElement } from './elements.ts';
import { type Formats, formatsFor } from './format.ts';
import { type Box, fit, legendOf, PADDING, WIDTH } from './layout.ts';
import { isSparse, type MoodSummary, STACKING, summarise } from './mood-summary.ts';
import { type Drawing, emptyDrawing, FOOT_ROW, footElements, headElements, panelDrawing } from './page.ts';
import type { Panel } from './panels.ts';
import { type ChartTexts, textsFor } from './texts.ts';
import { type ChartTheme, THEMES } from './themes.ts';
import { type TrendRow, type TrendSection, trendSections } from './trend-rows.ts';

type Part = Readonly<Record<string, unknown>>;

const ROW = 33;
const BAR = 21;
const SECTION_TITLE = 42;
const HEADING = 36;
const WIDEST_NAME = 170;
/** Larger than in the chart of one's mood: there are more words in this one. */
const SIZE = { row: 19, heading: 20, scale: 17 } as const;
const FAINT = 0.4;

/** Where the three columns stand. */
interface Columns {
	readonly nameLeft: number;
	readonly nameWidth: number;
	readonly mix: Pick<Box, 'left' | 'width'>;
	readonly valence: Pick<Box, 'left' | 'width'>;
	readonly speechRight: number;
}

interface Context {
	readonly texts: ChartTexts;
	readonly formats: Formats;
	readonly theme: ChartTheme;
	readonly measure: Toolkit['measure'];
	readonly columns: Columns;
}

/**
 * Lays out the patterns in one member's moods: for each time of the day, weekday and channel a row with the
 * mix of emotions, mean and spread of valence, and how much speech it rests on.
 */
export function trendDrawing(request: TrendChartRequest, measure: Toolkit['measure']): Drawing {
	const texts = textsFor(request.locale);
	const sections = trendSections(request, texts).filter(({ rows }) => rows.length > 0);
	const total = summarise(request.entries);
	if (!total) return emptyDrawing(request, measure);
	const theme = THEMES[request.theme];
	const formats = formatsFor(request.locale, request.timeZone);
	const columns = columnsOf(sections, formats, measure);
	const context: Context = { texts, formats, theme, measure, columns };

	const rows = sections.flatMap((section) => section.rows);
	const present = STACKING.filter((label) => rows.some(({ summary }) => summary.mix[label] > 0));
	const legend = legendOf(present, texts, PADDING + 84, measure);
	const headingTop = (legend.at(-1)?.middle ?? PADDING + 84) + 28;
	const boxes = boxesOf(sections, headingTop + HEADING);
	const foot = (boxes.at(-1)?.bottom ?? headingTop) + 20;
	const panels = sections.flatMap(({ rows: own }, index) => {
		const top = boxes[index]?.top ?? 0;
		return [mixPanel(own, top, 2 * index, context), valencePanel(own, top, 2 * index + 1, context)];
	});
	return panelDrawing(panels, foot + 3 * FOOT_ROW + PADDING - 6, theme, [
		...headElements(request, measure),
		...legendElements(legend, theme),
		...headingElements(headingTop, context),
		...sections.flatMap((section, index) => rowElements(section, boxes[index]?.top ?? 0, context)),
		...footElements(footLines(total, request, context), foot, theme, measure),
	]);
}

function columnsOf(sections: readonly TrendSection[], formats: Formats, measure: Toolkit['measure']): Columns {
	const rows = sections.flatMap((section) => section.rows);
	const widest = (names: readonly string[]): number => Math.max(...names.map((text) => measure(text, SIZE.row, 400)));
	const nameWidth = Math.min(WIDEST_NAME, widest(rows.map(({ name }) => name)));
	const speechWidth = widest(rows.map(({ summary }) => speechOf(summary, formats)));
	const left = PADDING + nameWidth + 14;
	const room = WIDTH - PADDING - speechWidth - 14 - left - 18;
	const mix = { left, width: Math.round(room * 0.56) };
	return {
		nameLeft: PADDING,
		nameWidth,
		mix,
		valence: { left: left + mix.width + 18, width: room - mix.width },
		speechRight: WIDTH - PADDING,
	};
}

/** Where the rows of each section begin and end. */
function boxesOf(
	sections: readonly TrendSection[],
	first: number,
): { readonly top: number; readonly bottom: number }[] {
	let bottom = first;
	return sections.map(({ rows }) => {
		const top = bottom + SECTION_TITLE;
		bottom = top + rows.length * ROW;
		return { top, bottom };
	});
}

function frame(
	column: Pick<Box, 'left' | 'width'>,
	rows: number,
	top: number,
	index: number,
	xAxis: Part,
	theme: ChartTheme,
) {
	return {
		grid: {
			...column,
			top,
			height: rows * ROW,
			show: true,
			backgroundColor: theme.panel,
			borderWidth: 0,
			outerBoundsMode: 'none',
		},
		xAxis: {
			type: 'value',
			gridIndex: index,
			axisLine: { show: false },
			axisTick: { show: false },
			axisLabel: { show: false },
			splitLine: { lineStyle: { color: theme.grid, width: 1 } },
			...xAxis,
		},
		yAxis: { type: 'value', gridIndex: index, min: 0, max: rows, inverse: true, show: false },
	};
}

const middleOf = (row: number): number => row + 0.5;

function mixPanel(rows: readonly TrendRow[], top: number, index: number, { columns, theme }: Context): Panel {
	const data = rows.flatMap(({ summary }, row) => {
		let from = 0;
		return STACKING.flatMap((label) => {
			const share = summary.mix[label];
			if (share === 0) return [];
			const part = { label, row, from, to: from + share, summary };
			from += share;
			return [part];
		});
	});
	return {
		...frame(columns.mix, rows.length, top, index, { min: 0, max: 1, interval: 0.5 }, theme),
		series: [
			{
				type: 'custom',
				xAxisIndex: index,
				yAxisIndex: index,
				silent: true,
				renderItem: (params: { readonly dataIndex: number }, api: RenderApi) => {
					const part = data[params.dataIndex];
					if (!part) return undefined;
					const [left, y] = api.coord([part.from, middleOf(part.row)]);
					const [right] = api.coord([part.to, middleOf(part.row)]);
					return {
						type: 'rect',
						shape: { x: left, y: y - BAR / 2, width: Math.max(0.5, right - left - 1), height: BAR },
						style: {
							fill: part.label === 'unsure' ? theme.unsure : EMOTION_COLOURS[part.label],
							opacity: isSparse(part.summary) ? FAINT : 1,
						},
					};
				},
				data: data.map(({ from, row }) => [from, middleOf(row)]),
			},
		],
	};
}

/** Mean valence as a dot in a bar of one standard deviation to either side, where there is enough for that. */
function valencePanel(rows: readonly TrendRow[], top: number, index: number, { columns, theme }: Context): Panel {
	const on = { xAxisIndex: index, yAxisIndex: index, silent: true };
	const judged = rows.flatMap(({ summary }, row) => (isSparse(summary) ? [] : [{ row, ...summary.valence }]));
	return {
		...frame(columns.valence, rows.length, top, index, { min: -1, max: 1, interval: 1 }, theme),
		series: [
			{
				...on,
				type: 'custom',
				renderItem: (params: { readonly dataIndex: number }, api: RenderApi) => {
					const each = judged[params.dataIndex];
					if (!each) return undefined;
					const [left, y] = api.coord([Math.max(-1, each.mean - each.spread), middleOf(each.row)]);
					const [right] = api.coord([Math.min(1, each.mean + each.spread), middleOf(each.row)]);
					const shape = { x: left, y: y - 5, width: Math.max(2, right - left), height: 10, r: 5 };
					return { type: 'rect', shape, style: { fill: theme.spread } };
				},
				data: judged.map(({ mean, row }) => [mean, middleOf(row)]),
			},
			{
				...on,
				type: 'scatter',
				z: 4,
				symbolSize: 13,
				itemStyle: { color: theme.ink, borderColor: theme.panel, borderWidth: 1.5 },
				data: judged.map(({ mean, row }) => [mean, middleOf(row)]),
			},
			{
				...on,
				type: 'scatter',
				z: 3,
				symbolSize: 9,
				itemStyle: { color: theme.mutedInk, opacity: FAINT },
				data: rows.flatMap(({ summary }, row) => (isSparse(summary) ? [[summary.valence.mean, middleOf(row)]] : [])),
			},
		],
	};
}

/** The part of ECharts' custom-series interface that is used here; its own types need the DOM's. */
interface RenderApi {
	coord(point: readonly [number, number]): [number, number];
}

/** What the columns show, and the ends of the scale of valence. */
function headingElements(top: number, { texts, theme, columns }: Context): Element[] {
	const { mix, valence, speechRight } = columns;
	const heading = { top: top + 2, size: SIZE.heading, weight: 600 as const, colour: theme.ink };
	const scale = { top: top + 29, size: SIZE.scale, colour: theme.mutedInk, align: 'center' as const };
	return [
		textElement(texts.mix, { ...heading, left: mix.left }),
		textElement(texts.valence, { ...heading, left: valence.left + valence.width / 2, align: 'center' }),
		textElement(texts.speech, { ...heading, left: speechRight, align: 'right' }),
		textElement(texts.unpleasant, { ...scale, left: valence.left }),
		textElement(texts.pleasant, { ...scale, left: valence.left + valence.width }),
	];
}

function rowElements(
	{ title, rows }: TrendSection,
	top: number,
	{ theme, columns, formats, measure }: Context,
): Element[] {
	const heading = { left: columns.nameLeft, top: top - 14, anchor: 'middle', size: SIZE.heading, weight: 600 } as const;
	return [
		textElement(title, { ...heading, colour: theme.ink }),
		...rows.flatMap(({ name, summary }, row) => {
			const line = {
				top: top + middleOf(row) * ROW,
				anchor: 'middle' as const,
				size: SIZE.row,
				colour: isSparse(summary) ? theme.mutedInk : theme.ink,
			};
			return [
				textElement(fit(name, columns.nameWidth, SIZE.row, 400, measure), { ...line, left: columns.nameLeft }),
				textElement(speechOf(summary, formats), { ...line, left: columns.speechRight, align: 'right' }),
			];
		}),
	];
}

const MINUTE_MS = 60_000;

/** To the minute where it is more than one: rows are to be compared. */
const speechOf = ({ speechMs }: MoodSummary, { duration }: Formats): string =>
	duration(speechMs < MINUTE_MS ? speechMs : Math.round(speechMs / MINUTE_MS) * MINUTE_MS);

function footLines(total: MoodSummary, { entries }: TrendChartRequest, { texts, formats }: Context): string[] {
	const zone = formats.zone(entries.reduce((last, { at }) => Math.max(last, at), 0));
	return [
		`${texts.speech}: ${formats.duration(total.speechMs)} · ${texts.utterances}: ${total.utterances} · ${zone}`,
		texts.keyTrend,
		texts.derived,
	];
}
