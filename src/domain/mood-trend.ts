import type { ChartedMood, MoodEntry } from './mood.ts';

/** Hours of the day that are looked at together: fewer hold too little speech to say anything. */
export const TREND_HOURS = 3;

/** A member's utterances of one time of the day, one weekday or one channel. */
export interface TrendGroup<Entry = MoodEntry> {
	/** First hour of the block (0, 3 … 21), weekday (1 Monday … 7 Sunday) or channel id. */
	readonly key: string;
	/** In no order; never empty. */
	readonly entries: readonly Entry[];
}

/** One member's own utterances, sorted by where and when they were spoken. */
export interface MoodTrend<Entry = MoodEntry> {
	/** By hour of the day, earliest first. */
	readonly byHour: readonly TrendGroup<Entry>[];
	/** Monday first. */
	readonly byWeekday: readonly TrendGroup<Entry>[];
	/** The channel with most utterances first. */
	readonly byChannel: readonly TrendGroup<Entry>[];
}

/** All clocks of the world change hours and days at these. */
const QUARTER_HOUR_MS = 15 * 60_000;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** @param timeZone IANA name of the clock by which hours and days are told */
export function trendOf<Entry extends ChartedMood>(entries: readonly Entry[], timeZone: string): MoodTrend<Entry> {
	const clock = new Intl.DateTimeFormat('en', { timeZone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' });
	const placeOf = (at: number) => {
		const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
		return {
			hour: Math.floor(Number(parts['hour']) / TREND_HOURS) * TREND_HOURS,
			weekday: WEEKDAYS.indexOf(parts['weekday'] ?? '') + 1,
		};
	};
	// To ask the clock for each of thousands would hold up the voices meanwhile.
	const places = new Map<number, ReturnType<typeof placeOf>>();
	const placed = entries.map((entry) => {
		const quarter = Math.floor(entry.at / QUARTER_HOUR_MS);
		const place = places.get(quarter) ?? placeOf(entry.at);
		places.set(quarter, place);
		return { entry, ...place };
	});
	const grouped = (key: (place: (typeof placed)[number]) => string | number): TrendGroup<Entry>[] =>
		[...Map.groupBy(placed, key)].map(([name, places]) => ({
			key: String(name),
			entries: places.map(({ entry }) => entry),
		}));
	const byKey = (a: TrendGroup<Entry>, b: TrendGroup<Entry>): number => Number(a.key) - Number(b.key);
	return {
		byHour: grouped(({ hour }) => hour).sort(byKey),
		byWeekday: grouped(({ weekday }) => weekday).sort(byKey),
		byChannel: grouped(({ entry }) => entry.channelId).sort((a, b) => b.entries.length - a.entries.length),
	};
}

/** Two groups of which one sounds more pleasant than the other. */
export interface Contrast {
	readonly higher: TrendGroup;
	readonly lower: TrendGroup;
}

const FEWEST_UTTERANCES = 10;
const FEWEST_SESSIONS = 2;
/** Of valence: less is hardly heard. */
const LEAST_DIFFERENCE = 0.2;
/**
 * Welch's t. Stricter than for two groups that were chosen beforehand, since the extremes of several are
 * compared, and utterances of one conversation resemble each other.
 */
const LEAST_T = 4;

/** The most and the least pleasant of the groups, where they differ by more than chance explains. */
export function clearestContrast(groups: readonly TrendGroup[]): Contrast | undefined {
	const judged = groups
		.filter(({ entries }) => entries.length >= FEWEST_UTTERANCES)
		.filter(({ entries }) => new Set(entries.map(({ sessionId }) => sessionId)).size >= FEWEST_SESSIONS)
		.map((group) => ({ group, ...valenceOf(group) }))
		.sort((a, b) => b.mean - a.mean);
	const [highest, lowest] = [judged[0], judged.at(-1)];
	if (!highest || !lowest || highest === lowest) return undefined;
	const difference = highest.mean - lowest.mean;
	const error = Math.sqrt(highest.errorSquared + lowest.errorSquared);
	if (difference < LEAST_DIFFERENCE || difference < LEAST_T * error) return undefined;
	return { higher: highest.group, lower: lowest.group };
}

/** Mean and squared standard error of the mean. */
function valenceOf({ entries }: TrendGroup): { readonly mean: number; readonly errorSquared: number } {
	const count = entries.length;
	const mean = entries.reduce((sum, { valence }) => sum + valence, 0) / count;
	const variance = entries.reduce((sum, { valence }) => sum + (valence - mean) ** 2, 0) / (count - 1);
	return { mean, errorSquared: variance / count };
}
