import { z } from 'zod';
import type { Publish } from '../../domain/index.ts';
import type { EmotionStep } from '../context.ts';
import { FatigueBaseline } from '../fatigue.ts';
import { PerSpeaker } from '../per-speaker.ts';

export const fatigueOptions = z.strictObject({
	enabled: z
		.boolean()
		.default(true)
		.describe('Experimental: whether the feed has a hint of how tired a speaker sounds against their own baseline.'),
});

/**
 * Says on the feed how tired a speaker sounds against their own earlier utterances in the session.
 * Needs a model that measures prosody; without one it says nothing.
 *
 * @experimental A hint relative to the speaker, never a statement about health.
 */
export function fatigue(publish: Publish, options: z.input<typeof fatigueOptions> = {}): EmotionStep {
	const { enabled } = fatigueOptions.parse(options);
	const baselines = new PerSpeaker(() => new FatigueBaseline());
	return {
		name: 'fatigue',
		run: async (context, next) => {
			const { result, at, signal } = context;
			if (enabled && !signal.aborted) {
				const { sessionId, speakerId, utteranceId } = result;
				const score = baselines.of(sessionId, speakerId).score(result);
				if (score !== undefined) {
					context.fatigue = score;
					publish({ type: 'fatigue', at, sessionId, speakerId, utteranceId, experimental: { fatigue: score } });
				}
			}
			await next();
		},
		forget: baselines.forget,
	};
}
