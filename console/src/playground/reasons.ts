import type { UnsureReason } from '../../../src/domain/utterance.ts';
import { words } from '../format.ts';

const REASONS: Readonly<Record<UnsureReason, string>> = {
	short: 'that was too short to tell',
	quiet: 'that was too quiet to tell',
	noisy: 'there is too much noise around the voice',
	clipped: 'the microphone is overdriven',
	lossy: 'too much was lost on the way',
	overlapped: 'several spoke at once',
	'not-speech': 'that did not sound like speech',
	'low-confidence': 'no emotion stands out',
};

/** Why there is no label, as part of a sentence. */
export const whyUnsure = (reason: string | undefined): string =>
	REASONS[(reason ?? 'low-confidence') as UnsureReason] ?? words(reason ?? '');
