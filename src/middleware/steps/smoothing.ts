import { z } from 'zod';
import type { EmotionStep } from '../context.ts';

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
 * model was unsure of does not count.
 */
export function smoothing(options: z.input<typeof smoothingOptions> = {}): EmotionStep {
	const { halfLifeMs } = smoothingOptions.parse(options);
	const sessions = new Map<string, Map<string, Memory>>();
	return {
		name: 'smoothing',
		run: async (context, next) => {
			const { result, at } = context;
			const speakers = sessions.get(result.sessionId) ?? new Map<string, Memory>();
			sessions.set(result.sessionId, speakers);
			const memory = speakers.get(result.speakerId) ?? { anger: 0, weight: 0, at };
			const kept = memory.weight * 0.5 ** (Math.max(0, at - memory.at) / halfLifeMs);
			const added = result.label === 'unsure' ? 0 : (result.endMs - result.startMs) / 1000;
			// One second's worth of doubt keeps a first loud word from being the whole truth.
			const weight = kept + added;
			const anger = (memory.anger * kept + result.probabilities.anger * added) / Math.max(weight, 1);
			speakers.set(result.speakerId, { anger, weight, at });
			context.anger = anger;
			await next();
		},
		forget: (sessionId, speakerId) => {
			if (speakerId === undefined) sessions.delete(sessionId);
			else sessions.get(sessionId)?.delete(speakerId);
		},
	};
}
