import type { TrendChartRequest } from '../domain/index.ts';
import { shorten } from './alt-text.ts';
import { formatsFor } from './format.ts';
import { isSparse, STACKING } from './mood-summary.ts';
import { textsFor } from './texts.ts';
import { trendSections } from './trend-rows.ts';

/** What a chart of patterns shows, in words: of each row its likeliest emotion, valence and amount of speech. */
export function trendAltText(request: TrendChartRequest): string {
	const texts = textsFor(request.locale);
	const formats = formatsFor(request.locale, request.timeZone);
	const opening = `${request.title}. ${request.subtitle}.`;
	if (request.entries.length === 0) return shorten(`${opening} ${texts.empty}`);
	const sections = trendSections(request, texts)
		.filter(({ rows }) => rows.length > 0)
		.map(({ title, rows }) => {
			const lines = rows.map(({ name, summary }) => {
				const most = STACKING.reduce((a, b) => (summary.mix[b] > summary.mix[a] ? b : a));
				const valence = isSparse(summary) ? '' : ` ${formats.signed(summary.valence.mean)}`;
				return `${name} ${texts.labels[most]}${valence} (${formats.duration(summary.speechMs)})`;
			});
			return `${title}: ${lines.join(', ')}.`;
		});
	return shorten([opening, `${texts.valence} (−1…+1).`, ...sections].join(' '));
}
