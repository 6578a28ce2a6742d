import { z } from 'zod';
import { JUDGEMENT_DEFAULTS } from '../../domain/index.ts';
import { abstained } from '../abstain.ts';
import type { EmotionStep } from '../context.ts';

export const abstentionOptions = z.strictObject({
	strictness: z
		.number()
		.min(0)
		.max(0.5)
		.default(0.1)
		.describe('How much surer the model has to be in a session in which it is unsure of everything; 0 for never.'),
});

/** After this many utterances an answer or its absence counts half. */
const HALF_LIFE_UTTERANCES = 12;
const KEPT = 0.5 ** (1 / HALF_LIFE_UTTERANCES);

/**
 * Calibrates a session: where the model is undecided of much that is said (a microphone, a room or a way
 * of speaking that it does not know), its confident answers are wrong more often, too. With u the share of
 * the last utterances that it was undecided of, fewer counting the further back they are:
 *
 *     unsure below: unsureBelow + strictness · max(0, 2u − 1)
 *
 * so that up to half of them undecided, which is usual, changes nothing.
 *
 * @param unsureBelow confidence below which the model is undecided anywhere, 0…1
 */
export function abstention(
	unsureBelow: number = JUDGEMENT_DEFAULTS.unsureBelow,
	options: z.input<typeof abstentionOptions> = {},
): EmotionStep {
	const { strictness } = abstentionOptions.parse(options);
	const undecided = new Map<string, number>();
	return {
		name: 'abstention',
		run: async (context, next) => {
			const { sessionId, unsureReason, confidence } = context.result;
			// Poor audio and other sounds tell nothing of how well the model knows the voices.
			if (unsureReason === undefined || unsureReason === 'low-confidence') {
				const share = undecided.get(sessionId) ?? 0;
				const bound = unsureBelow + strictness * Math.max(0, 2 * share - 1);
				undecided.set(sessionId, share * KEPT + (confidence < unsureBelow ? 1 - KEPT : 0));
				if (confidence < bound) context.result = abstained(context.result, 'low-confidence');
			}
			await next();
		},
		forget: (sessionId, speakerId) => {
			if (speakerId === undefined) undecided.delete(sessionId);
		},
	};
}
