import type { EmotionStep } from '../context.ts';
import { PerSpeaker } from '../per-speaker.ts';
import { VoiceBaseline } from '../usual-voice.ts';

/**
 * Follows how each speaker usually sounds in a session and leaves it for the steps behind, so that an
 * utterance is read against the speaker's own voice. What the model was unsure of does not count.
 */
export function speakerBaseline(): EmotionStep {
	const baselines = new PerSpeaker(() => new VoiceBaseline());
	return {
		name: 'speaker-baseline',
		run: async (context, next) => {
			const { result } = context;
			const baseline = baselines.of(result.sessionId, result.speakerId);
			const usual = baseline.read();
			if (usual) context.usual = usual;
			if (result.label !== 'unsure') baseline.add(result);
			await next();
		},
		forget: baselines.forget,
	};
}
