import { abstained } from '../abstain.ts';
import type { EmotionContext, EmotionStep } from '../context.ts';

/**
 * Lets laughter, crying, coughs, music and keyboards pass for no emotion: where such a sound is likelier
 * than speech, the answer is `unsure`. Needs a model that hears sounds; without one it changes nothing.
 *
 * @param isBot whether the speaker is a program: nothing behind the gate sees it then. Discord's bots are not
 *   even received; other sources of audio may know less
 */
export function eventGate(isBot: (context: EmotionContext) => boolean = () => false): EmotionStep {
	return {
		name: 'event-gate',
		run: async (context, next) => {
			if (isBot(context)) return;
			if (context.result.dominantSound) context.result = abstained(context.result, 'not-speech');
			await next();
		},
	};
}
