const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayAndTime = new Intl.DateTimeFormat(undefined, {
	month: 'short',
	day: 'numeric',
	hour: '2-digit',
	minute: '2-digit',
});
const DAY_MS = 24 * 3_600_000;

export const clock = (at: number): string => (Date.now() - at < DAY_MS ? time : dayAndTime).format(at);
export const iso = (at: number): string => new Date(at).toISOString();
export const percent = (share: number): string => `${Math.round(share * 100)}\u00A0%`;
/** With a sign, and a minus that is as wide as the plus. */
export const signed = (value: number, digits = 1): string =>
	`${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
/** A code as words: `sustained-anger`, `stalledJobs`. */
export const words = (code: string): string =>
	code
		.replace(/([a-z])([A-Z])/g, '$1 $2')
		.replaceAll(/[-_]/g, ' ')
		.toLowerCase();
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
