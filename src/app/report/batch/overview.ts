import { relative, sep } from 'node:path';
import type { ReportDigest } from '../analyst.ts';
import { html, table } from '../html/markup.ts';
import { page, section } from '../html/page.ts';
import type { Language } from '../model.ts';
import { phrasesOf } from '../texts/index.ts';

export interface Outcome {
	readonly file: string;
	readonly target: string;
	readonly digest?: ReportDigest;
	/** `CODE: what is wrong`, where there is no report. */
	readonly fault?: string;
}

/** A page over the reports of a batch, the most tense first. */
export function overviewPage(outcomes: readonly Outcome[], folder: string, language: Language, now: number): string {
	const say = phrasesOf(language);
	const done = outcomes.flatMap(({ target, digest }) => (digest ? [{ target, digest }] : []));
	const rows = done
		.sort((a, b) => b.digest.peak - a.digest.peak || a.target.localeCompare(b.target))
		.map(({ target, digest }) => {
			const path = relative(folder, target);
			const link = `${path.split(sep).map(encodeURIComponent).join('/')}.html`;
			return [
				html`<a href="${link}">${path}</a>`,
				say.duration(digest.durationMs),
				html`${Math.round(digest.peak * 100)}`,
				digest.escalations === 0 ? '–' : digest.isCalmAtEnd ? say.t('recovered') : say.t('notRecovered'),
				digest.valence === undefined ? '–' : say.signed(digest.valence),
				digest.confidence ? say.t(`confidence.${digest.confidence}`) : '–',
			];
		});
	const columns = [
		{ title: say.t('file') },
		{ title: say.t('length'), isNumber: true },
		{ title: say.t('tension'), isNumber: true },
		{ title: say.t('escalations') },
		{ title: say.t('valence'), isNumber: true },
		{ title: say.t('confidence') },
	];
	const failed = outcomes.filter(({ fault }) => fault !== undefined);
	return page({
		language,
		title: say.t('overview'),
		heading: say.t('overview'),
		facts: `${done.length} / ${outcomes.length}`,
		sections: [
			section('recordings', say.t('overview'), table(say.t('overview'), columns, rows)),
			...(failed.length > 0
				? [
						section(
							'failed',
							say.t('failed'),
							html`<ul class="notes">${failed.map(({ fault }) => html`<li>${fault}</li>`)}</ul>`,
						),
					]
				: []),
		],
		footer: say.t('madeWithout', { date: say.date(now) }),
	});
}
