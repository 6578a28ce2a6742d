import { type MoodSummary, summarise } from '../../../charts/mood-summary.ts';
import type { MoodEntry } from '../../../domain/index.ts';

/** Of one day, hour, weekday or channel. */
export interface Pattern {
	readonly key: string;
	/** Absent where nothing was said. */
	readonly summary: MoodSummary | undefined;
}

export interface WeekPattern {
	/** 0 is Monday. */
	readonly weekday: number;
	readonly hour: number;
	readonly summary: MoodSummary;
}

/** How one member's voice sounded, by the clock and the calendar of a time zone. */
export interface DailyPatterns {
	readonly total: MoodSummary | undefined;
	/** `YYYY-MM-DD`, those with speech. */
	readonly days: readonly Pattern[];
	/** `0`…`23`, all of them. */
	readonly hours: readonly Pattern[];
	/** `0` (Monday) … `6`, all of them. */
	readonly weekdays: readonly Pattern[];
	/** Ids, the most speech first. */
	readonly channels: readonly Pattern[];
	readonly week: readonly WeekPattern[];
	/** Whether a label of the member's own stands in place of the model's. */
	readonly isContested: boolean;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function patternsOf(kept: readonly MoodEntry[], timeZone: string): DailyPatterns {
	const clock = clockOf(timeZone);
	// What the member says that it was counts as said.
	const entries = kept.map((entry) => (entry.contested ? { ...entry, label: entry.contested } : entry));
	const timed = entries.map((entry) => ({ entry, ...clock(entry.at) }));
	const by = (key: (each: (typeof timed)[number]) => string) => {
		const groups = Map.groupBy(timed, key);
		return (name: string): Pattern => ({
			key: name,
			summary: summarise((groups.get(name) ?? []).map(({ entry }) => entry)),
		});
	};
	const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();
	const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));
	const channels = unique(entries.map(({ channelId }) => channelId)).map(by(({ entry }) => entry.channelId));
	const cells = Map.groupBy(timed, ({ weekday, hour }) => `${weekday} ${hour}`);
	return {
		total: summarise(entries),
		days: unique(timed.map(({ day }) => day)).map(by(({ day }) => day)),
		hours: numbers(24).map(by(({ hour }) => String(hour))),
		weekdays: numbers(7).map(by(({ weekday }) => String(weekday))),
		channels: channels.sort((a, b) => (b.summary?.speechMs ?? 0) - (a.summary?.speechMs ?? 0)),
		week: [...cells.values()].flatMap((some) => {
			const [{ weekday, hour }] = some as [(typeof timed)[number]];
			const summary = summarise(some.map(({ entry }) => entry));
			return summary ? [{ weekday, hour, summary }] : [];
		}),
		isContested: kept.some(({ contested }) => contested !== undefined),
	};
}

/** What clock and calendar of a zone say at a time; daylight saving is kept. */
function clockOf(timeZone: string): (at: number) => { day: string; hour: number; weekday: number } {
	const format = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', weekday: 'short' },
	});
	return (at) => {
		const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
		return {
			day: `${parts['year']}-${parts['month']}-${parts['day']}`,
			hour: Number(parts['hour']),
			weekday: WEEKDAYS.indexOf(parts['weekday'] ?? ''),
		};
	};
}
