import { asContested, type MoodChartRequest } from '../domain/index.ts';
import { formatsFor } from './format.ts';
import { STACKING, summarise } from './mood-summary.ts';
import { textsFor } from './texts.ts';

/** Discord's limit for the description of an attachment. */
const LONGEST = 1024;

/** What the chart shows, in words, for those who do not see it; at most 1024 characters. */
export function altText(request: MoodChartRequest, timeZone: string): string {
	const texts = textsFor(request.locale);
	const formats = formatsFor(request.locale, timeZone);
	const total = summarise(request.entries.map(asContested));
	const opening = `${request.title}. ${request.subtitle}.`;
	if (!total) return shorten(`${opening} ${texts.empty}`);

	const times = request.entries.map((entry) => entry.at);
	const first = times.reduce((a, b) => Math.min(a, b));
	const last = times.reduce((a, b) => Math.max(a, b));
	const mix = STACKING.filter((label) => total.mix[label] >= 0.005)
		.sort((a, b) => Number(a === 'unsure') - Number(b === 'unsure') || total.mix[b] - total.mix[a])
		.map((label) => `${texts.labels[label]} ${formats.percent(total.mix[label])}`);
	const figures = [
		`${texts.utterances}: ${total.utterances}`,
		`${texts.speech}: ${formats.duration(total.speechMs)}`,
		`${texts.unsure}: ${total.unsure}`,
		...(total.confidence === undefined ? [] : [`${texts.confidence}: ${formats.percent(total.confidence)}`]),
		...(total.contested > 0 ? [`${texts.contested}: ${total.contested}`] : []),
	];
	return shorten(
		[
			opening,
			`${formats.dateTime(first)} – ${formats.dateTime(last)}.`,
			`${figures.join(', ')}.`,
			`${texts.mix}: ${mix.join(', ')}.`,
			`${texts.valence} (−1 ${texts.unpleasant}, +1 ${texts.pleasant}): ${texts.mean} ${formats.signed(total.valence.mean)}.`,
			`${texts.arousal} (−1 ${texts.relaxed}, +1 ${texts.excited}): ${texts.mean} ${formats.signed(total.arousal.mean)}.`,
			texts.derived,
		].join(' '),
	);
}

export const shorten = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`);
