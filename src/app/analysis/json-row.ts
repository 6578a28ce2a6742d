import type {
	AudioQuality,
	CoveringSound,
	EmotionLabel,
	Experimental,
	Probabilities,
	Prosody,
	SoundEvents,
	UnsureReason,
} from '../../domain/index.ts';
import type { RecordingResult } from './analyze-recording.ts';

/** One utterance as `ses analyze --json` prints it: exactly these keys, in this order; those with `?` only where there is something to say. */
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
	/** With the label `unsure`: why. */
	readonly unsureReason?: UnsureReason;
	/** With a model that hears sounds: how likely each occurs, 0…1. */
	readonly events?: SoundEvents;
	/** A sound that is likelier than speech. */
	readonly dominantSound?: CoveringSound;
	/** With a model that measures it: how it is spoken. */
	readonly prosody?: Prosody;
	/** From the sixth clean utterance of a channel on; a hint that may change with any version, see {@link Experimental}. */
	readonly experimental?: Experimental;
}

export function toJsonRow(file: string, { channel, result, experimental }: RecordingResult): JsonRow {
	const { startMs, endMs, label, confidence, probabilities, valence, arousal, quality } = result;
	const { unsureReason, events, dominantSound, prosody } = result;
	return {
		...{ file, channel, startMs, endMs, label, confidence, probabilities, valence, arousal, quality },
		...(unsureReason && { unsureReason }),
		...(events && { events }),
		...(dominantSound && { dominantSound }),
		...(prosody && { prosody }),
		...(experimental && { experimental }),
	};
}
