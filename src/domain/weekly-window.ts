import type { QuietHours } from './settings.ts';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** A part of the week, in the wall-clock time of a zone. */
export interface WeeklyWindow {
	/** On which it begins. */
	readonly days: readonly Day[];
	/** Inclusive, such as `20:00`. */
	readonly from: string;
	/** Exclusive; up to `24:00`, or earlier than `from` and so on the day after. */
	readonly to: string;
	/** IANA name. */
	readonly timeZone: string;
}

export function isTimeZone(name: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: name });
		return true;
	} catch {
		return false;
	}
}

const minutesOf = (time: string): number => {
	const [hours = 0, minutes = 0] = time.split(':').map(Number);
	return hours * 60 + minutes;
};

/** Making a formatter is a hundred times the cost of using it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Day of the week and minute of the day as a clock on the wall shows them. */
function wallClock(at: number, timeZone: string): { readonly day: number; readonly minute: number } {
	const formatter =
		formatters.get(timeZone) ??
		new Intl.DateTimeFormat('en-US', {
			timeZone,
			weekday: 'short',
			hour: '2-digit',
			minute: '2-digit',
			hourCycle: 'h23',
		});
	formatters.set(timeZone, formatter);
	const parts = new Map(formatter.formatToParts(at).map(({ type, value }) => [type, value]));
	return {
		day: DAYS.indexOf((parts.get('weekday') ?? '').toLowerCase() as Day),
		minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
	};
}

/**
 * Whether a moment lies in a window. The clock on the wall decides, so that a change to or from
 * summer time makes a window an hour shorter or longer where it falls into one, and moves no other.
 *
 * @param at milliseconds since the Unix epoch
 */
export function isOpen({ days, from, to, timeZone }: WeeklyWindow, at: number): boolean {
	const { day, minute } = wallClock(at, timeZone);
	const begin = minutesOf(from);
	const end = minutesOf(to);
	const beginsOn = (index: number): boolean => days.includes(DAYS[(index + 7) % 7] as Day);
	if (begin < end) return beginsOn(day) && minute >= begin && minute < end;
	return (beginsOn(day) && minute >= begin) || (beginsOn(day - 1) && minute < end);
}

/** Whether a moment lies in the quiet hours of a community: the same hours every day. */
export const isQuiet = (hours: QuietHours, at: number): boolean => isOpen({ ...hours, days: DAYS }, at);
