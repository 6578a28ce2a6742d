import type { AlertRecord } from './alert.ts';

/** How an hour's or a month's alerts turned out. */
export interface AlertFigures {
	readonly alerts: number;
	/** Of which moderators were called. */
	readonly live: number;
	readonly perHour: number;
	/** How many a moderator has judged. */
	readonly judged: number;
	readonly justified: number;
	readonly falseAlarms: number;
	/** Justified of those judged, 0…1; `undefined` while none is. */
	readonly precision: number | undefined;
}

const HOUR_MS = 3_600_000;

/** @param from inclusive, milliseconds since the Unix epoch @param to exclusive */
export function alertFigures(
	alerts: readonly Pick<AlertRecord, 'at' | 'mode' | 'verdict'>[],
	{ from, to }: { readonly from: number; readonly to: number },
): AlertFigures {
	const within = alerts.filter(({ at }) => at >= from && at < to);
	const judged = within.filter(({ verdict }) => verdict);
	const justified = judged.filter(({ verdict }) => verdict?.verdict === 'justified').length;
	return {
		alerts: within.length,
		live: within.filter(({ mode }) => mode === 'live').length,
		perHour: to > from ? (within.length * HOUR_MS) / (to - from) : 0,
		judged: judged.length,
		justified,
		falseAlarms: judged.length - justified,
		precision: judged.length === 0 ? undefined : justified / judged.length,
	};
}

/** Fewer verdicts move nothing. */
export const FEWEST_VERDICTS = 5;
/** What is aimed at: four of five alerts justified. */
export const TARGET_PRECISION = 0.8;
/** Older verdicts count no more: a community changes. */
const MOST_VERDICTS = 50;
const LARGEST_SHIFT = 0.2;
const LARGEST_STEP = 0.05;
/** How far a whole miss of the target would move the thresholds. */
const GAIN = 0.2;

/**
 * Where verdicts would have the thresholds of heat: higher where alerts are mostly false alarms, lower where
 * nearly all of them are justified, so that milder quarrels are found, too.
 *
 * Of the newest 50 alerts with a verdict that were raised since the shift was last moved (older ones speak of other
 * thresholds), n in number and j of them justified, with one of each kind assumed beforehand:
 *
 *     precision = (j + 1) / (n + 2)
 *     step      = min(0.05, max(−0.05, 0.2 · (0.8 − precision)))
 *     shift     = min(0.2, max(−0.2, current + step)), to the hundredth
 *
 * @param alerts in any order
 * @param current the shift as it is, −0.2…0.2
 * @param since when it was last moved, milliseconds since the Unix epoch; of the alerts that it was moved by none counts again
 * @returns `current` as it is while fewer than {@link FEWEST_VERDICTS} are judged
 */
export function tunedShift(
	alerts: readonly Pick<AlertRecord, 'at' | 'verdict'>[],
	current: number,
	since = Number.NEGATIVE_INFINITY,
): number {
	const judged = alerts
		.filter(({ at, verdict }) => verdict && at > since)
		.sort((a, b) => b.at - a.at)
		.slice(0, MOST_VERDICTS);
	if (judged.length < FEWEST_VERDICTS) return current;
	const justified = judged.filter(({ verdict }) => verdict?.verdict === 'justified').length;
	const precision = (justified + 1) / (judged.length + 2);
	const step = within(GAIN * (TARGET_PRECISION - precision), LARGEST_STEP);
	return Math.round(within(current + step, LARGEST_SHIFT) * 100) / 100;
}

const within = (value: number, limit: number): number => Math.min(limit, Math.max(-limit, value));
