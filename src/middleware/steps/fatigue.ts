import { z } from 'zod';
import type { Publish } from '../../domain/index.ts';
import type { EmotionStep } from '../context.ts';
import { FatigueBaseline } from '../fatigue.ts';

export const fatigueOptions = z.strictObject({
	enabled: z
		.boolean()
		.default(true)
		.describe('Experimental: whether the feed has a hint of how tired a speaker sounds against their own baseline.'),
});

/** Who has not spoken while so many others have is forgotten, so that a session without end stays small. */
const MOST_SPEAKERS = 256;

/**
 * Says on the feed how tired a speaker sounds against their own earlier utterances in the session.
 * Needs a model that measures prosody; without one it says nothing.
 *
 * @experimental A hint relative to the speaker, never a statement about health.
 */
export function fatigue(publish: Publish, options: z.input<typeof fatigueOptions> = {}): EmotionStep {
	const { enabled } = fatigueOptions.parse(options);
	const sessions = new Map<string, Map<string, FatigueBaseline>>();

	const baselineOf = (sessionId: string, speakerId: string): FatigueBaseline => {
		const speakers = sessions.get(sessionId) ?? new Map<string, FatigueBaseline>();
		sessions.set(sessionId, speakers);
		const baseline = speakers.get(speakerId) ?? new FatigueBaseline();
		// Whoever spoke last stands last.
		speakers.delete(speakerId);
		speakers.set(speakerId, baseline);
		const [silent] = speakers.keys();
		if (speakers.size > MOST_SPEAKERS && silent !== undefined) speakers.delete(silent);
		return baseline;
	};

	return {
		name: 'fatigue',
		run: async ({ result, at, signal }, next) => {
			if (enabled && !signal.aborted) {
				const { sessionId, speakerId, utteranceId } = result;
				const score = baselineOf(sessionId, speakerId).score(result);
				if (score !== undefined) {
					publish({ type: 'fatigue', at, sessionId, speakerId, utteranceId, experimental: { fatigue: score } });
				}
			}
			await next();
		},
		forget: (sessionId, speakerId) => {
			if (speakerId === undefined) sessions.delete(sessionId);
			else sessions.get(sessionId)?.delete(speakerId);
		},
	};
}
