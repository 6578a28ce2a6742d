import type { EmotionResult } from './utterance.ts';

/** What is kept of one utterance: labels, probabilities, times and quality, never audio or words. */
export interface MoodEntry extends Omit<EmotionResult, 'model'> {
	readonly guildId: string;
	readonly channelId: string;
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
}
