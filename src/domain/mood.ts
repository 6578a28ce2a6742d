import type { EmotionLabel } from './emotion.ts';
import type { EmotionResult } from './utterance.ts';

/** What serves the moment only: nobody can be shown how they spoke or what else was heard weeks later. */
type NotKept = 'model' | 'unsureReason' | 'events' | 'dominantSound' | 'prosody';

/** What is kept of one utterance: labels, probabilities, times and quality, never audio or words. */
export interface MoodEntry extends Omit<EmotionResult, NotKept> {
	readonly guildId: string;
	readonly channelId: string;
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
	/** What the member says that it was. Shown to them instead of the label, and counted in figures of precision. */
	readonly contested?: EmotionLabel;
}
