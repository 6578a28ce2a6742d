import { EMOTIONS, type EmotionLabel } from '../../../domain/index.ts';
import type { CallReport, Escalation, TurningPoint } from '../model.ts';
import { type Phrases, phrasesOf } from '../texts/index.ts';
import { legend, meter, swatch } from './legend.ts';
import { figure, html, type Markup, table } from './markup.ts';
import { page, section } from './page.ts';

/** What the player plays. */
export interface Sound {
	/** A relative path or a data URI. */
	readonly source: string;
	readonly isEmbedded: boolean;
}

export interface Drawings {
	readonly wide: string;
	readonly narrow: string;
}

/** The report on a recording as one HTML file. */
export function callPage(report: CallReport, drawings: Drawings, sound: Sound): string {
	const say = phrasesOf(report.language);
	const created = Date.parse(report.createdAt);
	const channels =
		report.channelCount === 1 ? 'mono' : report.channelCount === 2 ? 'stereo' : `${report.channelCount} ch`;
	const isRead = report.utterances.length > 0;
	return page({
		language: report.language,
		title: `${report.name} – ${say.t(report.kind)}`,
		heading: report.name,
		facts: [say.t(report.kind), report.format, channels, say.duration(report.durationMs)].join(' · '),
		sections: [
			section(
				'summary',
				say.t('summary'),
				html`${report.summary.map((sentence) => html`<p>${sentence}</p>`)}`,
				'summary',
			),
			section('timeline', say.t('timeline'), timeline(report, drawings, say)),
			section('listen', say.t('listen'), player(report, sound, say), 'player'),
			...(isRead
				? [
						section('turning-points', say.t('turningPoints'), turningPoints(report, say)),
						section('escalations', say.t('escalations'), escalations(report, say)),
					]
				: []),
			section('talk', say.t('talk'), talk(report, say)),
			...(report.mood ? [section('mood', say.t('mood'), mood(report, say)), sure(report, say)] : []),
			section('notes', say.t('notes'), notes(report, say)),
			...(isRead ? [utterances(report, say)] : []),
		],
		footer: report.model
			? say.t('made', { date: say.date(created), model: report.model })
			: say.t('madeWithout', { date: say.date(created) }),
	});
}

const seek = (ms: number, say: Phrases): Markup => {
	const time = say.clock(ms);
	const label = say.t('listenFrom', { time });
	return html`<button type="button" class="seek" data-at="${(ms / 1000).toFixed(2)}" aria-label="${label}">${time}</button>`;
};

function timeline(report: CallReport, { wide, narrow }: Drawings, say: Phrases): Markup {
	const labels = new Set<EmotionLabel>(report.utterances.map(({ label }) => label));
	const alt = say.t('timelineAlt', { duration: say.duration(report.durationMs) });
	return html`${figure(alt, wide, narrow)}${legend(labels, say)}`;
}

function player(report: CallReport, { source, isEmbedded }: Sound, say: Phrases): Markup {
	const hint = say.t(isEmbedded ? 'playerEmbedded' : 'playerLinked', { file: report.name });
	return html`<audio controls preload="metadata" src="${source}"></audio>
<p class="hint">${hint}</p><p class="hint" id="missing" role="status" hidden>${say.t('playerMissing')}</p>`;
}

function turningPoints({ turningPoints: points, parties }: CallReport, say: Phrases): Markup {
	if (points.length === 0) return html`<p>${say.t('noTurningPoints')}</p>`;
	const columns = [
		{ title: say.t('time') },
		{ title: say.t('what') },
		{ title: say.t('who') },
		{ title: say.t('confidence'), isNumber: true },
	];
	const what = ({ kind, valence }: TurningPoint): string => {
		const values = valence && { before: say.signed(valence.before), after: say.signed(valence.after) };
		return say.t(`turn.${kind}`, values);
	};
	const rows = points.map((point, index) => {
		const party = parties.find(({ id }) => id === point.party);
		return [
			html`<span class="badge" aria-hidden="true">${index + 1}</span>${seek(point.atMs, say)}`,
			what(point),
			party ? say.party(party) : '',
			say.percent(point.confidence),
		];
	});
	return table(say.t('turningPoints'), columns, rows);
}

function escalations({ escalations: found }: CallReport, say: Phrases): Markup {
	if (found.length === 0) return html`<p>${say.t('noEscalations')}</p>`;
	const columns = [
		{ title: say.t('begins') },
		{ title: say.t('peak') },
		{ title: say.t('recovered') },
		{ title: say.t('level') },
	];
	const why = ({ reasons }: Escalation): string => {
		const named = reasons.map(({ code, points }) => `${say.t(`reason.${code}`)} (${Math.round(points * 100)})`);
		return `${say.t('why')}: ${named.join(', ')}`;
	};
	const rows = found.map((each) => [
		seek(each.startMs, say),
		seek(each.peakMs, say),
		each.endMs === undefined ? say.t('notRecovered') : seek(each.endMs, say),
		html`${say.t(each.level)} (${Math.round(each.peak * 100)})`,
	]);
	return table(say.t('escalations'), columns, rows, found.map(why));
}

function talk(report: CallReport, say: Phrases): Markup {
	const { parties, overlapMs, silenceMs, longestSilence, durationMs } = report;
	const columns = [
		{ title: say.t('who') },
		{ title: say.t('share') },
		{ title: say.t('speech'), isNumber: true },
		{ title: say.t('turns'), isNumber: true },
		{ title: say.t('longestTurn'), isNumber: true },
	];
	const share = (ms: number): Markup => meter(Math.min(1, ms / Math.max(1, durationMs)), say);
	const rows = parties.map((party) =>
		party.talk
			? [
					say.party(party),
					share(party.talk.talkMs),
					say.duration(party.talk.talkMs),
					party.talk.turns,
					say.duration(party.talk.longestTurnMs),
				]
			: [say.party(party), '', '', '', ''],
	);
	const overlap =
		overlapMs === undefined
			? [say.t('overlap'), say.t('notKnown'), '', '', '']
			: [say.t('overlap'), share(overlapMs), say.duration(overlapMs), '', ''];
	const silence = [say.t('silence'), share(silenceMs), say.duration(silenceMs), '', ''];
	const longest =
		longestSilence &&
		say.t('longestSilence', {
			duration: say.duration(longestSilence.endMs - longestSilence.startMs),
			time: say.clock(longestSilence.startMs),
		});
	return html`${table(say.t('talk'), columns, [...rows, overlap, silence])}${
		longest && html`<p class="hint">${say.t('silence')}, ${longest}</p>`
	}`;
}

function mood({ mood: found }: CallReport, say: Phrases): Markup {
	if (!found) return html``;
	const labels = ([...EMOTIONS, 'unsure'] as const)
		.filter((label) => found.mix[label] >= 0.005)
		.sort((a, b) => Number(a === 'unsure') - Number(b === 'unsure') || found.mix[b] - found.mix[a]);
	const rows = labels.map((label) => [html`${swatch(label)}${say.emotion(label)}`, meter(found.mix[label], say)]);
	const columns = [{ title: say.t('emotion') }, { title: say.t('shareOfSpeech') }];
	return html`${table(say.t('mood'), columns, rows)}<p class="hint">${say.t('valence')} ${say.signed(found.valence)} · ${say.t('arousal')} ${say.signed(found.arousal)}</p>`;
}

function sure({ confidence, separation }: CallReport, say: Phrases): Markup {
	if (!confidence) return html``;
	const figures = {
		judged: say.percent(confidence.judgedShare),
		mean: say.percent(confidence.mean),
		snr: confidence.snrDb,
	};
	return section(
		'sure',
		say.t('howSure'),
		html`<p>${say.t('sure.level', { level: say.t(`confidence.${confidence.level}`) })} ${say.t('sure.figures', figures)}</p>${
			separation.status === 'separated' &&
			html`<p>${say.t('sure.voices', { confidence: say.percent(separation.confidence ?? 0) })}</p>`
		}`,
	);
}

const notes = ({ notes: codes }: CallReport, say: Phrases): Markup =>
	html`<ul class="notes">${codes.map((code) => html`<li>${say.t(`note.${code}`)}</li>`)}</ul>`;

function utterances({ utterances: all, parties }: CallReport, say: Phrases): Markup {
	const columns = [
		{ title: say.t('from') },
		{ title: say.t('to') },
		{ title: say.t('who') },
		{ title: say.t('emotion') },
		{ title: say.t('confidence'), isNumber: true },
		{ title: say.t('valence'), isNumber: true },
		{ title: say.t('arousal'), isNumber: true },
	];
	const names = new Map(parties.map((party) => [party.id, say.party(party)]));
	const rows = all.map((each) => [
		seek(each.startMs, say),
		say.clock(each.endMs),
		names.get(each.party),
		html`${swatch(each.label)}${say.emotion(each.label)}`,
		say.percent(each.confidence),
		say.signed(each.valence),
		say.signed(each.arousal),
	]);
	return html`<section><details><summary><h2>${say.t('utterances')} (${all.length})</h2></summary>${table(say.t('utterances'), columns, rows)}</details></section>`;
}
