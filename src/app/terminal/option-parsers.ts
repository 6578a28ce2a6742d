import { InvalidArgumentError } from 'commander';
import { EMOTIONS, type Emotion, isEmotion } from '../../domain/index.ts';

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
