import { affectOf, EMOTIONS, type EmotionLabel, type Probabilities } from './emotion.ts';
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

/** As much of an entry as a chart shows. */
export type ChartedMood = Pick<
	MoodEntry,
	'channelId' | 'at' | 'startMs' | 'endMs' | 'label' | 'confidence' | 'valence' | 'arousal' | 'contested'
>;

/** An entry as its member has it: what they say that it was stands in place of what was heard, and is sure. */
export function asContested<Entry extends ChartedMood>(entry: Entry): Entry {
	const { contested } = entry;
	if (contested === undefined) return entry;
	if (contested === 'unsure') return { ...entry, label: contested };
	const probabilities = Object.fromEntries(
		EMOTIONS.map((emotion) => [emotion, Number(emotion === contested)]),
	) as Record<keyof Probabilities, number>;
	return { ...entry, label: contested, confidence: 1, probabilities, ...affectOf(probabilities) };
}
