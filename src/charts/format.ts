/** How numbers, times and durations are written in a chart. */
export interface Formats {
	readonly percent: (share: number) => string;
	/** Signed, two digits, for example `+0.25`. */
	readonly signed: (value: number) => string;
	/** For example `3 min 20 s`. */
	readonly duration: (milliseconds: number) => string;
	/** A point in time, as finely as steps of `stepMs` need it. */
	readonly time: (at: number, stepMs: number) => string;
	readonly dateTime: (at: number) => string;
	/** Of the clock that all times are told by, for example `CET`. */
	readonly zone: (at: number) => string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** @param locale BCP 47; one that is malformed or unknown counts as English */
export function formatsFor(locale: string, timeZone: string): Formats {
	const language = supported(locale);
	const percent = new Intl.NumberFormat(language, { style: 'percent' });
	const signed = new Intl.NumberFormat(language, {
		signDisplay: 'exceptZero',
		minimumFractionDigits: 2,
		maximumFractionDigits: 2,
	});
	const unit = (name: string) => new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' });
	const [hour, minute, second] = [unit('hour'), unit('minute'), unit('second')];
	const stamp = (options: Intl.DateTimeFormatOptions) =>
		new Intl.DateTimeFormat(language, { timeZone, hourCycle: 'h23', ...options });
	const day = stamp({ day: 'numeric', month: 'short' });
	const clock = stamp({ hour: '2-digit', minute: '2-digit' });
	const precise = stamp({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
	const full = stamp({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
	const zone = stamp({ hour: 'numeric', timeZoneName: 'short' });

	return {
		percent: (share) => percent.format(share),
		signed: (value) => signed.format(value),
		duration(milliseconds) {
			const seconds = Math.round(milliseconds / 1000);
			if (seconds < 60) return second.format(seconds);
			const minutes = Math.round(seconds / 60);
			if (seconds < 600) {
				const rest = seconds % 60;
				return [minute.format(Math.floor(seconds / 60)), ...(rest ? [second.format(rest)] : [])].join(' ');
			}
			if (minutes < 60) return minute.format(minutes);
			const rest = minutes % 60;
			return [hour.format(Math.floor(minutes / 60)), ...(rest ? [minute.format(rest)] : [])].join(' ');
		},
		time(at, stepMs) {
			// A step of days is an hour off its midnight once the clocks have changed.
			if (stepMs >= DAY_MS) return day.format(at + 2 * HOUR_MS);
			return (stepMs >= MINUTE_MS ? clock : precise).format(at);
		},
		dateTime: (at) => full.format(at),
		zone: (at) => zone.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? timeZone,
	};
}

function supported(locale: string): string {
	try {
		return Intl.DateTimeFormat.supportedLocalesOf(locale)[0] ?? 'en';
	} catch {
		return 'en';
	}
}
