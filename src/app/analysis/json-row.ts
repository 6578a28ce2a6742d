import type { AudioQuality, EmotionLabel, Probabilities } from '../../domain/index.ts';
import type { RecordingResult } from './analyze-recording.ts';

/** One utterance as `ses analyze --json` prints it: exactly these keys, in this order. */
export interface JsonRow {
	readonly file: string;
	/** Counted from 0; of a stereo recording 0 is left. */
	readonly channel: number;
	readonly startMs: number;
	readonly endMs: number;
	readonly label: EmotionLabel;
	/** Of the likeliest class, also when the label is `unsure`. */
	readonly confidence: number;
	readonly probabilities: Probabilities;
	/** Derived from the probabilities, −1…1, as is `arousal`. */
	readonly valence: number;
	readonly arousal: number;
	readonly quality: AudioQuality;
}

export function toJsonRow(file: string, { channel, result }: RecordingResult): JsonRow {
	const { startMs, endMs, label, confidence, probabilities, valence, arousal, quality } = result;
	return { file, channel, startMs, endMs, label, confidence, probabilities, valence, arousal, quality };
}
