import type { EmotionStep } from 'speech-emotion-sense';

/** Tells when somebody has sounded the same three times running. */
export function streaks(tell: (label: string) => void): EmotionStep {
	const lately = new Map<string, string[]>();
	return {
		name: 'streaks',
		run: async ({ result: { speakerId, label } }, next) => {
			const labels = [...(lately.get(speakerId) ?? []), label].slice(-3);
			lately.set(speakerId, labels);
			if (labels.length === 3 && new Set(labels).size === 1) tell(label);
			await next();
		},
		// Whoever withdraws is forgotten, and everybody when a session ends.
		forget: (_, speakerId) => (speakerId === undefined ? lately.clear() : void lately.delete(speakerId)),
	};
}
