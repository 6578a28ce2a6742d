import type { EChartsCoreOption } from 'echarts/core';
import type { MoodChartRequest } from '../domain/index.ts';
import type { Toolkit } from './canvas.ts';
import { type Element, legendElements, textElement } from './elements.ts';
import { type Formats, formatsFor } from './format.ts';
import { type Box, FONT, fit, type Layout, layoutOf, PADDING, WIDTH } from './layout.ts';
import { type MoodSummary, STACKING, summarise, summariseByTime } from './mood-summary.ts';
import { affectPanel, mixPanel, type PanelContext, speechPanel } from './panels.ts';
import { type ChartTexts, textsFor } from './texts.ts';
import { THEMES } from './themes.ts';
import { timelineOf } from './timeline.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const EMPTY_HEIGHT = 260;

/** An ECharts option and the size that it is laid out for, in layout pixels. */
export interface Drawing {
	readonly width: number;
	readonly height: number;
	readonly option: EChartsCoreOption;
}

/** Lays out a member's mood over time: mix of emotions, valence, arousal, amount of speech. */
export function moodDrawing(request: MoodChartRequest, timeZone: string, measure: Toolkit['measure']): Drawing {
	const texts = textsFor(request.locale);
	const total = summarise(request.entries);
	const present = total ? STACKING.filter((label) => total.mix[label] > 0) : [];
	const layout = layoutOf(present, texts, measure);
	const theme = THEMES[request.theme];
	const page = { width: WIDTH, height: total ? layout.height : EMPTY_HEIGHT };
	const head = headElements(request, layout, measure);
	const base = { animation: false, backgroundColor: theme.ground };
	if (!total) {
		return { ...page, option: { ...base, graphic: [...head, ...emptyElements(request, texts)] } };
	}

	const formats = formatsFor(request.locale, timeZone);
	const entries = request.entries.toSorted((a, b) => a.at - b.at);
	const timeline = timelineOf(
		entries.map((entry) => entry.at),
		timeZone,
	);
	const context: PanelContext = {
		timeline,
		summaries: summariseByTime(entries, timeline),
		entries,
		texts,
		formats,
		theme,
		measure,
	};
	const panels = [
		mixPanel(context, layout.mix, 0),
		affectPanel(context, 'valence', layout.valence, 1),
		affectPanel(context, 'arousal', layout.arousal, 2),
		speechPanel(context, layout.speech, 3),
	];
	return {
		...page,
		option: {
			...base,
			grid: panels.map((panel) => panel.grid),
			xAxis: panels.map((panel) => panel.xAxis),
			yAxis: panels.map((panel) => panel.yAxis),
			series: panels.flatMap((panel) => panel.series),
			graphic: [
				...head,
				...legendElements(layout.legend, theme),
				...nameElements(request, layout, texts),
				...(timeline.tickMs < DAY_MS ? [zoneElement(formats.zone(timeline.start), layout.speech, request.theme)] : []),
				...footElements(request, layout, texts, total, formats, measure),
			],
		},
	};
}

function headElements(request: MoodChartRequest, layout: Layout, measure: Toolkit['measure']): Element[] {
	const theme = THEMES[request.theme];
	const room = WIDTH - 2 * PADDING;
	return [
		textElement(fit(request.title, room, FONT.title, 600, measure), {
			left: PADDING,
			top: layout.titleTop,
			size: FONT.title,
			weight: 600,
			colour: theme.ink,
		}),
		textElement(fit(request.subtitle, room, FONT.subtitle, 400, measure), {
			left: PADDING,
			top: layout.subtitleTop,
			size: FONT.subtitle,
			colour: theme.mutedInk,
		}),
	];
}

/** The name of each plot, to its left, between the ends of its scale. */
function nameElements(request: MoodChartRequest, layout: Layout, texts: ChartTexts): Element[] {
	const named: readonly [string, Box][] = [
		[texts.mix, layout.mix],
		[texts.valence, layout.valence],
		[texts.arousal, layout.arousal],
		[texts.speech, layout.speech],
	];
	return named.map(([text, box], index) =>
		textElement(text, {
			left: box.left - 10,
			// The last one's scale has one end only, at the top.
			top: box.top + (index === 3 ? box.height - 11 : box.height / 2),
			anchor: 'middle',
			align: 'right',
			size: FONT.name,
			weight: 600,
			colour: THEMES[request.theme].ink,
		}),
	);
}

/** The server's clock need not be the reader's: beside the times stands whose they are. */
const zoneElement = (zone: string, box: Box, theme: MoodChartRequest['theme']): Element =>
	textElement(zone, {
		left: PADDING,
		top: box.top + box.height + 10,
		size: FONT.axis,
		colour: THEMES[theme].mutedInk,
	});

function footElements(
	request: MoodChartRequest,
	layout: Layout,
	texts: ChartTexts,
	total: MoodSummary,
	formats: Formats,
	measure: Toolkit['measure'],
): Element[] {
	const theme = THEMES[request.theme];
	const speech = formats.duration(total.speechMs);
	const counts = `${texts.speech}: ${speech} · ${texts.utterances}: ${total.utterances} · ${texts.unsure}: ${total.unsure}`;
	return [counts, texts.key, texts.derived].map((text, line) =>
		textElement(fit(text, WIDTH - 2 * PADDING, FONT.foot, 400, measure), {
			left: PADDING,
			top: layout.footTops[line] ?? 0,
			size: FONT.foot,
			colour: line === 0 ? theme.ink : theme.mutedInk,
		}),
	);
}

function emptyElements(request: MoodChartRequest, texts: ChartTexts): Element[] {
	const theme = THEMES[request.theme];
	const middle = { left: WIDTH / 2, align: 'center' as const };
	return [
		textElement(texts.empty, { ...middle, top: EMPTY_HEIGHT / 2, size: 24, weight: 600, colour: theme.ink }),
		textElement(texts.emptyHint, { ...middle, top: EMPTY_HEIGHT / 2 + 40, size: 18, colour: theme.mutedInk }),
	];
}
