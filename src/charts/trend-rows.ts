import {
	asContested,
	type ChartedMood,
	TREND_HOURS,
	type TrendChartRequest,
	type TrendGroup,
	trendOf,
} from '../domain/index.ts';
import { type MoodSummary, summarise } from './mood-summary.ts';
import type { ChartTexts } from './texts.ts';

/** Enough for those who are in many channels; the rest are put together. */
const MOST_CHANNELS = 5;
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1000;

export interface TrendRow {
	readonly name: string;
	readonly summary: MoodSummary;
}

export interface TrendSection {
	readonly title: string;
	readonly rows: readonly TrendRow[];
}

/** The rows of a chart of patterns, by hour of the day, weekday and channel; none for what nobody spoke in. */
export function trendSections(request: TrendChartRequest, texts: ChartTexts): TrendSection[] {
	const { byHour, byWeekday, byChannel } = trendOf(request.entries.map(asContested), request.timeZone);
	const weekday = new Intl.DateTimeFormat(languageOf(request.locale), { weekday: 'long', timeZone: 'UTC' });
	const row = (name: string, { entries }: Pick<TrendGroup<ChartedMood>, 'entries'>): TrendRow[] => {
		const summary = summarise(entries);
		return summary ? [{ name, summary }] : [];
	};
	const others = byChannel.slice(MOST_CHANNELS);
	// One channel more takes no more room than the line for "others".
	const named = others.length > 1 ? byChannel.slice(0, MOST_CHANNELS) : byChannel;
	const rest = others.length > 1 ? others : [];
	return [
		{ title: texts.byHour, rows: byHour.flatMap((group) => row(hoursName(Number(group.key)), group)) },
		{
			title: texts.byWeekday,
			rows: byWeekday.flatMap((group) => row(weekday.format(MONDAY + (Number(group.key) - 1) * DAY_MS), group)),
		},
		{
			title: texts.byChannel,
			rows: [
				...named.flatMap((group) => row(request.channelNames.get(group.key) ?? texts.unknownChannel, group)),
				...row(texts.otherChannels.replace('{count}', String(rest.length)), {
					entries: rest.flatMap(({ entries }) => entries),
				}),
			],
		},
	];
}

/** For example `18–21`. */
const hoursName = (hour: number): string =>
	`${String(hour).padStart(2, '0')}–${String(hour + TREND_HOURS).padStart(2, '0')}`;

function languageOf(locale: string): string {
	try {
		return Intl.DateTimeFormat.supportedLocalesOf(locale)[0] ?? 'en';
	} catch {
		return 'en';
	}
}
