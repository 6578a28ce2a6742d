import type { MoodSummary } from '../../../charts/mood-summary.ts';
import { patternDrawing, weekDrawing } from '../../../charts/report-daily.ts';
import { type ReportDrawing, toSvg } from '../../../charts/report-render.ts';
import { EMOTIONS, type EmotionLabel } from '../../../domain/index.ts';
import { NARROW, WIDE } from '../html/call-chart.ts';
import { legend } from '../html/legend.ts';
import { figure, html, type Markup, table } from '../html/markup.ts';
import { page, section } from '../html/page.ts';
import type { Language } from '../model.ts';
import { type Phrases, phrasesOf } from '../texts/index.ts';
import type { DailyPatterns, Pattern } from './patterns.ts';

export interface DailyPageOptions {
	readonly language: Language;
	readonly timeZone: string;
	/** Milliseconds since the Unix epoch. */
	readonly from: number;
	/** Exclusive. */
	readonly to: number;
	readonly now: number;
}

/** Too few to say of an hour that it is the best. */
const FEWEST_FOR_EXTREMES = 5;

/** A member's own patterns as one HTML file. */
export async function dailyPage(patterns: DailyPatterns, options: DailyPageOptions): Promise<string> {
	const { language, timeZone, from, to } = options;
	const say = phrasesOf(language, timeZone);
	const period = say.t('daily.period', { from: say.date(from), to: say.date(to - 1), zone: timeZone });
	return page({
		language,
		title: say.t('daily'),
		heading: say.t('daily'),
		facts: period,
		sections: [
			section(
				'summary',
				say.t('summary'),
				html`${sentences(patterns, say).map((text) => html`<p>${text}</p>`)}`,
				'summary',
			),
			...(patterns.total ? await charts(patterns, say, language) : []),
			section('notes', say.t('notes'), notes(patterns, say)),
		],
		footer: say.t('madeWithout', { date: say.date(options.now) }),
	});
}

function sentences({ total, days, hours }: DailyPatterns, say: Phrases): string[] {
	if (!total) return [say.t('daily.none')];
	const known = hours.filter(({ summary }) => (summary?.utterances ?? 0) >= FEWEST_FOR_EXTREMES);
	const ranked = known.toSorted((a, b) => (b.summary?.valence.mean ?? 0) - (a.summary?.valence.mean ?? 0));
	const [best, worst] = [ranked[0], ranked.at(-1)];
	const speech = say.duration(total.speechMs);
	return [
		say.t('daily.say.total', { count: total.utterances, speech, days: days.length }),
		say.t('say.mood', { emotions: mostOf(total, say) }),
		...(best && worst && best !== worst
			? [say.t('daily.say.best', { hour: hourName(best.key) }), say.t('daily.say.worst', { hour: hourName(worst.key) })]
			: []),
	];
}

const hourName = (hour: string): string => `${hour.padStart(2, '0')}:00`;

function mostOf({ mix }: MoodSummary, say: Phrases): string {
	return [...EMOTIONS]
		.sort((a, b) => mix[b] - mix[a])
		.slice(0, 3)
		.filter((emotion) => mix[emotion] >= 0.05)
		.map((emotion) => `${say.emotion(emotion)} ${say.percent(mix[emotion])}`)
		.join(', ');
}

async function charts(patterns: DailyPatterns, say: Phrases, language: Language): Promise<Markup[]> {
	const weekdayNames = weekdaysIn(language, 'long');
	const shortNames = weekdaysIn(language, 'short');
	const part = async (
		id: string,
		heading: string,
		rows: readonly Pattern[],
		title: string,
		name: (key: string) => string,
		short = name,
	): Promise<Markup> => {
		const drawing = (width: number): ReportDrawing =>
			patternDrawing(
				rows.map(({ key, summary }) => ({ name: short(key), mix: summary?.mix, valence: summary?.valence.mean })),
				{
					valence: say.t('valence'),
					pleasant: say.t('pleasant'),
					unpleasant: say.t('unpleasant'),
					percent: say.percent,
				},
				width,
			);
		const drawn = figure(
			say.t('daily.chartAlt', { by: title }),
			await toSvg(drawing(WIDE)),
			await toSvg(drawing(NARROW)),
		);
		return section(
			id,
			heading,
			html`${drawn}${legend(labelsOf(rows), say)}${tableOf(heading, title, rows, name, say)}`,
		);
	};
	const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
	const dayName = (key: string): string => day.format(new Date(`${key}T00:00:00Z`));
	return [
		await part('by-day', say.t('daily.byDay'), patterns.days, say.t('daily.day'), dayName),
		await part('by-hour', say.t('daily.byHour'), patterns.hours, say.t('daily.hour'), hourName, (key) => key),
		await part(
			'by-weekday',
			say.t('daily.byWeekday'),
			patterns.weekdays,
			say.t('daily.weekday'),
			(key) => weekdayNames[Number(key)] ?? '',
			(key) => shortNames[Number(key)] ?? '',
		),
		section('week', say.t('daily.week'), await week(patterns, shortNames, say)),
		section(
			'by-channel',
			say.t('daily.byChannel'),
			tableOf(say.t('daily.byChannel'), say.t('daily.channel'), patterns.channels, (key) => key, say),
		),
	];
}

async function week({ week: cells }: DailyPatterns, names: readonly string[], say: Phrases): Promise<Markup> {
	const most = cells.reduce((best, { summary }) => Math.max(best, summary.speechMs), 1);
	const weighed = cells.map(({ weekday, hour, summary }) => {
		return { weekday, hour, valence: summary.valence.mean, weight: summary.speechMs / most };
	});
	const drawing = (width: number): ReportDrawing => weekDrawing(weighed, names, width);
	const drawn = figure(say.t('daily.weekAlt'), await toSvg(drawing(WIDE)), await toSvg(drawing(NARROW)));
	return html`${drawn}<p class="hint">${say.t('daily.weekHint')}</p>`;
}

function labelsOf(rows: readonly Pattern[]): Set<EmotionLabel> {
	const labels = ([...EMOTIONS, 'unsure'] as const).filter((label) =>
		rows.some(({ summary }) => (summary?.mix[label] ?? 0) > 0),
	);
	return new Set(labels);
}

function tableOf(
	caption: string,
	title: string,
	rows: readonly Pattern[],
	name: (key: string) => string,
	say: Phrases,
): Markup {
	const columns = [
		{ title },
		{ title: say.t('daily.most'), isText: true },
		{ title: say.t('daily.entries'), isNumber: true },
		{ title: say.t('speech'), isNumber: true },
		{ title: say.t('valence'), isNumber: true },
		{ title: say.t('arousal'), isNumber: true },
	];
	const cells = rows.flatMap(({ key, summary }) =>
		summary
			? [
					[
						name(key),
						mostOf(summary, say),
						summary.utterances,
						say.duration(summary.speechMs),
						say.signed(summary.valence.mean),
						say.signed(summary.arousal.mean),
					],
				]
			: [],
	);
	return table(caption, columns, cells);
}

function notes({ isContested }: DailyPatterns, say: Phrases): Markup {
	const texts = [
		say.t('daily.note.own'),
		...(isContested ? [say.t('daily.note.contested')] : []),
		say.t('note.derived'),
		say.t('note.not-a-verdict'),
	];
	return html`<ul class="notes">${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
}

function weekdaysIn(language: Language, style: 'long' | 'short'): string[] {
	const format = new Intl.DateTimeFormat(language, { weekday: style, timeZone: 'UTC' });
	// 1 January 2024 was a Monday.
	return Array.from({ length: 7 }, (_, day) => format.format(Date.UTC(2024, 0, 1 + day)));
}
