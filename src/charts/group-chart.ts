import type { EmotionLabel, GroupChartRequest, GroupWindow } from '../domain/index.ts';
import { shorten } from './alt-text.ts';
import type { Toolkit } from './canvas.ts';
import { legendElements } from './elements.ts';
import { formatsFor } from './format.ts';
import { layoutOf } from './layout.ts';
import { nameElements, zoneElements } from './margins.ts';
import { STACKING } from './mood-summary.ts';
import { type Drawing, emptyDrawing, footElements, headElements, panelDrawing } from './page.ts';
import { amountPanel, meanPanel, mixPanel, type PanelContext } from './panels.ts';
import { type ChartTexts, textsFor } from './texts.ts';
import { THEMES } from './themes.ts';
import { bucketOf, timelineOf } from './timeline.ts';

/** What some windows of a group come to, each counting the same. */
interface GroupSummary {
	readonly mix: Readonly<Record<EmotionLabel, number>>;
	readonly valence: number;
	readonly arousal: number;
	/** Of the window with the fewest. */
	readonly contributorsAtLeast: number;
}

function summariseWindows(windows: readonly GroupWindow[]): GroupSummary | undefined {
	if (windows.length === 0) return undefined;
	const mean = (value: (window: GroupWindow) => number) =>
		windows.reduce((sum, window) => sum + value(window), 0) / windows.length;
	const mix = Object.fromEntries(
		STACKING.map((label) => [label, mean((window) => window.labels.get(label) ?? 0)]),
	) as Record<EmotionLabel, number>;
	// What too few showed is as little known as what nobody was sure of.
	const known = STACKING.reduce((sum, label) => sum + (label === 'unsure' ? 0 : mix[label]), 0);
	mix.unsure = Math.max(0, 1 - known);
	return {
		mix,
		valence: mean(({ valence }) => valence),
		arousal: mean(({ arousal }) => arousal),
		contributorsAtLeast: Math.min(...windows.map(({ contributorsAtLeast }) => contributorsAtLeast)),
	};
}

/**
 * Lays out the mood of a group over time: mix of emotions, means of valence and arousal, and how many people
 * it rests on at least. It draws what {@link GroupChartRequest.mood} holds and nothing besides.
 */
export function groupDrawing(request: GroupChartRequest, timeZone: string, measure: Toolkit['measure']): Drawing {
	const { windows } = request.mood;
	const total = summariseWindows(windows);
	if (!total) return emptyDrawing(request, measure);
	const texts = textsFor(request.locale);
	const theme = THEMES[request.theme];
	const formats = formatsFor(request.locale, timeZone);
	const layout = layoutOf(
		STACKING.filter((label) => total.mix[label] > 0.001),
		texts,
		texts.people,
		measure,
	);
	const timeline = timelineOf(
		windows.map(({ from }) => from),
		timeZone,
	);
	const byBucket = Map.groupBy(windows, ({ from }) => bucketOf(timeline, from));
	const summaries = Array.from({ length: timeline.buckets }, (_, bucket) =>
		summariseWindows(byBucket.get(bucket) ?? []),
	);
	const context: PanelContext = { timeline, texts, formats, theme, measure };
	const people = summaries.map((summary) => summary?.contributorsAtLeast);
	const most = Math.max(...people.map((count) => count ?? 0));
	const mixes = summaries.map((summary) => summary?.mix);
	const meansOf = (axis: 'valence' | 'arousal') => summaries.map((summary) => summary?.[axis]);
	const panels = [
		mixPanel(context, mixes, layout.mix, 0),
		meanPanel(context, 'valence', meansOf('valence'), layout.valence, 1),
		meanPanel(context, 'arousal', meansOf('arousal'), layout.arousal, 2),
		amountPanel(context, people, { most, format: (count) => `≥ ${count}` }, layout.amount, 3),
	];
	return panelDrawing(panels, layout.height, theme, [
		...headElements(request, measure),
		...legendElements(layout.legend, theme),
		...nameElements(layout, texts, texts.people, theme),
		...zoneElements(context, layout),
		...footElements(footLines(request, total, texts), layout.footTop, theme, measure),
	]);
}

const footLines = ({ k }: GroupChartRequest, total: GroupSummary, texts: ChartTexts): string[] => [
	`${texts.people}: ${texts.atLeast.replace('{count}', String(total.contributorsAtLeast))}`,
	texts.keyGroup.replace('{k}', String(k)),
	texts.derived,
];

/** What the chart of a group shows, in words; at most 1024 characters. */
export function groupAltText(request: GroupChartRequest, timeZone: string): string {
	const texts = textsFor(request.locale);
	const formats = formatsFor(request.locale, timeZone);
	const { windows, overall } = request.mood;
	const opening = `${request.title}. ${request.subtitle}.`;
	const [first, last] = [windows[0], windows.at(-1)];
	if (!overall || !first || !last) return shorten(`${opening} ${texts.empty}`);
	const mix = [...overall.labels].map(([label, share]) => `${texts.labels[label]} ${formats.percent(share)}`);
	return shorten(
		[
			opening,
			`${formats.dateTime(first.from)} – ${formats.dateTime(last.to)}.`,
			`${texts.people}: ${texts.atLeast.replace('{count}', String(request.k))}.`,
			`${texts.mix}: ${mix.join(', ')}.`,
			`${texts.valence} (−1 ${texts.unpleasant}, +1 ${texts.pleasant}): ${texts.mean} ${formats.signed(overall.valence)}.`,
			`${texts.arousal} (−1 ${texts.relaxed}, +1 ${texts.excited}): ${texts.mean} ${formats.signed(overall.arousal)}.`,
			texts.derived,
		].join(' '),
	);
}
