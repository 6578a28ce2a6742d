import { z } from 'zod';
import type { EmotionStep } from '../context.ts';
import { PerSpeaker } from '../per-speaker.ts';
import { angerAgainst } from '../usual-voice.ts';

export const smoothingOptions = z.strictObject({
	halfLifeMs: z.number().positive().default(15_000).describe('After this long an impression counts half.'),
});

interface Memory {
	anger: number;
	weight: number;
	at: number;
}

/**
 * Smooths each speaker's anger over time: one utterance is weak evidence, several are not. What is
 * further back counts exponentially less, by the clock and not by the number of turns; what the
 * model was unsure of does not count. Read against the speaker's usual voice where that is known.
 */
export function smoothing(options: z.input<typeof smoothingOptions> = {}): EmotionStep {
	const { halfLifeMs } = smoothingOptions.parse(options);
	const memories = new PerSpeaker<Memory>(() => ({ anger: 0, weight: 0, at: 0 }));
	return {
		name: 'smoothing',
		run: async (context, next) => {
			const { result, at, usual } = context;
			const memory = memories.of(result.sessionId, result.speakerId);
			const kept = memory.weight * 0.5 ** (Math.max(0, at - memory.at) / halfLifeMs);
			const added = result.label === 'unsure' ? 0 : (result.endMs - result.startMs) / 1000;
			// One second's worth of doubt keeps a first loud word from being the whole truth.
			memory.weight = kept + added;
			const heard = angerAgainst(result.probabilities.anger, usual) * added;
			memory.anger = (memory.anger * kept + heard) / Math.max(memory.weight, 1);
			memory.at = at;
			context.anger = memory.anger;
			await next();
		},
		forget: memories.forget,
	};
}
