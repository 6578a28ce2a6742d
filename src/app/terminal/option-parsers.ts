import { InvalidArgumentError } from 'commander';
import { EMOTIONS, type Emotion, isEmotion, SesError } from '../../domain/index.ts';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `90`, `90s`, `5m`, `2.5h`, to milliseconds. */
export function parseDuration(text: string): number {
	const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
	const ms = found ? Number(found[1]) * (UNITS_MS[found[2] ?? 's'] as number) : 0;
	if (ms <= 0) throw new InvalidArgumentError('It must be a duration like 90s, 5m or 2.5h.');
	return ms;
}

const SIDES: Readonly<Record<string, number>> = { left: 0, right: 1 };

/** `0,1`, `left`, `right`, to channel numbers in rising order. */
export function parseChannels(text: string): readonly number[] {
	const channels = text.split(',').map((part) => {
		const name = part.trim().toLowerCase();
		return SIDES[name] ?? (/^\d{1,2}$/.test(name) ? Number(name) : Number.NaN);
	});
	if (channels.some(Number.isNaN)) {
		throw new InvalidArgumentError('It must be channel numbers from 0 on, or left or right: 0,1.');
	}
	return [...new Set(channels)].sort((a, b) => a - b);
}

/** `anger,calm`, to labels. */
export function parseLabels(text: string): readonly Emotion[] {
	const names = text.split(',').map((part) => part.trim());
	const unknown = names.find((name) => !isEmotion(name));
	if (unknown !== undefined) {
		throw new InvalidArgumentError(`${JSON.stringify(unknown)} is none of ${EMOTIONS.join(', ')}.`);
	}
	return [...new Set(names.filter(isEmotion))];
}

const CUSTOMER_SIDES = {
	left: 'left',
	'0': 'left',
	right: 'right',
	'1': 'right',
	a: 'A',
	b: 'B',
	only: 'only',
} as const;

/** `left`, `right`, `0`, `1`, or of one channel `A`, `B`, `only`. @throws {SesError} `SES_AGENT_REFUSED` for both */
export function parseCustomer(text: string): 'left' | 'right' | 'A' | 'B' | 'only' {
	const name = text.trim().toLowerCase();
	if (/^(both|all|agent|none)$|,/.test(name)) throw new SesError('SES_AGENT_REFUSED');
	const side = CUSTOMER_SIDES[name as keyof typeof CUSTOMER_SIDES];
	if (!side) throw new InvalidArgumentError('It must be left or right; in a mono call A, B or only.');
	return side;
}

const MOST_JOBS = 64;

/** A whole number from 1 on. */
export function parseJobs(text: string): number {
	const jobs = /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0;
	if (jobs < 1 || jobs > MOST_JOBS) throw new InvalidArgumentError(`It must be a number from 1 to ${MOST_JOBS}.`);
	return jobs;
}
