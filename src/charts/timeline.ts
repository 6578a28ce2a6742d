const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Durations that read well at the top of a scale. */
const SCALE_ENDS_MS = [
	...[5, 10, 20, 30].map((seconds) => seconds * SECOND_MS),
	...[1, 2, 3, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_MS),
];

/** Steps that a clock or a calendar has names for. */
const STEPS_MS = [
	...[5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
	...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
	...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
	...[1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY_MS),
];

/** Wide enough to be seen on a phone. */
const MOST_BUCKETS = 32;
/** On average; with fewer, buckets are made longer for as long as there are enough of them. */
const UTTERANCES_A_BUCKET = 4;
/** However few the utterances are, a period is told apart to this degree … */
const FINE_BUCKETS = 8;
/** … and a lone utterance is to look like one, not like a period. */
const FEWEST_BUCKETS = 5;
const MOST_TICKS = 5;

/** Time cut into buckets of one length; all in milliseconds since the Unix epoch. */
export interface Timeline {
	readonly start: number;
	/** Exclusive. */
	readonly end: number;
	readonly bucketMs: number;
	readonly buckets: number;
	readonly ticks: readonly number[];
	readonly tickMs: number;
}

/**
 * Covers `times` with buckets that begin at round times of `timeZone`'s clock, at most 32 of them.
 *
 * The zone's offset at the first is used throughout: after a change of the clocks within the chart,
 * buckets begin an hour off.
 */
export function timelineOf(times: readonly number[], timeZone: string): Timeline {
	const first = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	const last = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
	const most = Math.min(MOST_BUCKETS, Math.max(FINE_BUCKETS, times.length / UTTERANCES_A_BUCKET));
	const offset = offsetOf(first, timeZone);
	const floor = (at: number, step: number) => Math.floor((at + offset) / step) * step - offset;
	const bucketMs =
		STEPS_MS.find((step) => bucketsBetween(floor(first, step), last, step) <= most) ??
		// Some years: whatever number of days it takes.
		Math.ceil((last - first) / (MOST_BUCKETS - 2) / DAY_MS) * DAY_MS;

	let start = floor(first, bucketMs);
	let buckets = bucketsBetween(start, last, bucketMs);
	if (buckets < FEWEST_BUCKETS) {
		start -= Math.floor((FEWEST_BUCKETS - buckets) / 2) * bucketMs;
		buckets = FEWEST_BUCKETS;
	}
	const end = start + buckets * bucketMs;

	const tickMs = STEPS_MS.find((step) => step >= bucketMs && (end - start) / step <= MOST_TICKS) ?? end - start;
	const ticks: number[] = [];
	for (let tick = floor(start - 1, tickMs) + tickMs; tick <= end; tick += tickMs) ticks.push(tick);
	return { start, end, bucketMs, buckets, ticks, tickMs };
}

export const bucketOf = (timeline: Timeline, at: number): number =>
	Math.floor((at - timeline.start) / timeline.bucketMs);

/** The next round duration, for the end of a scale. */
export const roundDurationOver = (durationMs: number): number =>
	SCALE_ENDS_MS.find((end) => end >= durationMs) ?? Math.ceil(durationMs / HOUR_MS) * HOUR_MS;

const bucketsBetween = (start: number, last: number, step: number) => Math.floor((last - start) / step) + 1;

/** How far `timeZone`'s clock is ahead of UTC. */
function offsetOf(at: number, timeZone: string): number {
	const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
	const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
	const match = /GMT([+-])(\d\d):(\d\d)/.exec(name);
	if (!match) return 0;
	const offset = Number(match[2]) * HOUR_MS + Number(match[3]) * MINUTE_MS;
	return match[1] === '-' ? -offset : offset;
}
