const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * When a day begins in a time zone, milliseconds since the Unix epoch.
 *
 * @param day `YYYY-MM-DD`
 * @param later this many days on
 */
export function zonedMidnight(day: string, timeZone: string, later = 0): number {
	const utc = Date.parse(`${day}T00:00:00Z`) + later * DAY_MS;
	const format = new Intl.DateTimeFormat('en-CA', {
		timeZone,
		hourCycle: 'h23',
		...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
	});
	const clockAt = (at: number): number => {
		const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
		const { year, month, day, hour, minute, second } = parts;
		return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
	};
	// The offset there and then, asked twice: the first guess may lie on the other side of a change of the clocks.
	let at = utc;
	for (let round = 0; round < 2; round++) at -= clockAt(at) - utc;
	// Where clocks go forward at midnight there is none: the day begins with the first moment that there is.
	return clockAt(at) < utc ? at + HOUR_MS : at;
}
