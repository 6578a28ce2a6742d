import { asContested, type MoodChartRequest } from '../domain/index.ts';
import type { Toolkit } from './canvas.ts';
import { legendElements } from './elements.ts';
import { formatsFor } from './format.ts';
import { layoutOf } from './layout.ts';
import { nameElements, zoneElements } from './margins.ts';
import { isSparse, type MoodSummary, STACKING, summarise, summariseByTime } from './mood-summary.ts';
import { type Drawing, emptyDrawing, footElements, headElements, panelDrawing } from './page.ts';
import { affectPanel, amountPanel, type ByBucket, mixPanel, type PanelContext } from './panels.ts';
import { textsFor } from './texts.ts';
import { THEMES } from './themes.ts';
import { roundDurationOver, timelineOf } from './timeline.ts';

/** Lays out a member's mood over time: mix of emotions, valence, arousal, amount of speech. */
export function moodDrawing(request: MoodChartRequest, timeZone: string, measure: Toolkit['measure']): Drawing {
	const texts = textsFor(request.locale);
	const entries = request.entries.map(asContested).sort((a, b) => a.at - b.at);
	const total = summarise(entries);
	if (!total) return emptyDrawing(request, measure);
	const present = STACKING.filter((label) => total.mix[label] > 0);
	const layout = layoutOf(present, texts, texts.speech, measure);
	const theme = THEMES[request.theme];

	const formats = formatsFor(request.locale, timeZone);
	const timeline = timelineOf(
		entries.map((entry) => entry.at),
		timeZone,
	);
	const context: PanelContext = { timeline, texts, formats, theme, measure };
	const summaries = summariseByTime(entries, timeline);
	const speech = summaries.map((summary) => summary?.speechMs);
	const most = roundDurationOver(Math.max(...speech.map((speechMs) => speechMs ?? 0)));
	const mixes = summaries.map((summary) => summary?.mix);
	const panels = [
		mixPanel(context, mixes, layout.mix, 0),
		affectPanel(context, 'valence', { entries, summaries }, layout.valence, 1),
		affectPanel(context, 'arousal', { entries, summaries }, layout.arousal, 2),
		amountPanel(context, speech, { most, format: formats.duration }, layout.amount, 3),
	];
	return panelDrawing(panels, layout.height, theme, [
		...headElements(request, measure),
		...legendElements(layout.legend, theme),
		...nameElements(layout, texts, texts.speech, theme),
		...zoneElements(context, layout),
		...footElements(footLines(total, summaries, context), layout.footTop, theme, measure),
	]);
}

/** How much the picture rests on, what its marks stand for, and where its figures come from. */
function footLines(total: MoodSummary, summaries: ByBucket<MoodSummary>, { texts, formats }: PanelContext): string[] {
	const figures = [
		`${texts.speech}: ${formats.duration(total.speechMs)}`,
		`${texts.utterances}: ${total.utterances}`,
		`${texts.unsure}: ${total.unsure}`,
		...(total.confidence === undefined ? [] : [`${texts.confidence}: ${formats.percent(total.confidence)}`]),
	];
	const hasMean = summaries.map((summary) => summary !== undefined && !isSparse(summary));
	const hasLine = hasMean.some((has, bucket) => has && hasMean[bucket + 1]);
	const marks = [
		texts.keyDots,
		...(hasLine ? [texts.keyLine] : hasMean.includes(true) ? [texts.keyMean] : []),
		...(hasMean.includes(true) ? [texts.keyBox] : []),
	];
	const contested = total.contested > 0 ? [`${texts.contested}: ${total.contested}.`] : [];
	return [figures.join(' · '), marks.join(' · '), [texts.derived, ...contested].join(' ')];
}
