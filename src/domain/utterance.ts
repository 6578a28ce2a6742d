import type { Affect, EmotionLabel, Probabilities } from './emotion.ts';
import type { Prosody } from './prosody.ts';
import type { CoveringSound, SoundEvents } from './sound.ts';

/** The one sample rate inside the engine: what the model takes and what Opus decodes to directly. */
export const SAMPLE_RATE_HZ = 16_000;

/** How fit an utterance is to be judged. */
export interface AudioQuality {
	readonly durationMs: number;
	/** Root mean square level of the utterance in dB relative to full scale (0 dBFS = ±1). */
	readonly levelDb: number;
	/** Share of samples at or beyond 99.9 % of full scale, 0…1. */
	readonly clippedShare: number;
	/** Share of the frames that were lost on the way and concealed, 0…1. */
	readonly lossShare: number;
	/** Level of the speech above the tracked noise floor, in dB; capped at 60. */
	readonly snrDb: number;
}

/** Who spoke where: enough to route a result, nothing that identifies a person by name. */
export interface Origin {
	/** One stay of the bot in one voice channel, or one recording. */
	readonly sessionId: string;
	/** The platform's id of the speaker, or the channel of a recording. */
	readonly speakerId: string;
}

/** A stretch of one speaker's speech, cut by the segmenter. It lives in memory only. */
export interface Utterance extends Origin {
	/** Unique and stable over retries: the idempotency key. */
	readonly id: string;
	/** Since the start of the session. */
	readonly startMs: number;
	readonly endMs: number;
	/** 16 kHz mono, signed 16 bit; may hold some of what came before `startMs` and after `endMs`. */
	readonly pcm: Int16Array;
	readonly quality: AudioQuality;
	/**
	 * For how much of it, in milliseconds, another consenting member of the session spoke, too: their voice
	 * may have come through this one's loudspeakers. Absent where nobody else can be heard, as in a recording.
	 */
	readonly overlapMs?: number;
}

/**
 * The latest of an utterance that is still open, for a first impression. The whole follows under the same id, unless
 * the speaker withdraws.
 */
export interface PartialUtterance extends Utterance {
	/** 1, 2, 3 … within the utterance. */
	readonly sequence: number;
}

/** What the model says of one utterance. */
export interface Classification {
	readonly probabilities: Probabilities;
	/** `name@version` of the model. */
	readonly model: string;
	/** Absent where the model hears no sounds. */
	readonly events?: SoundEvents;
	/** Absent where the model does not measure it, or found nothing to measure. */
	readonly prosody?: Prosody;
}

/**
 * Why a label is `unsure`: the audio is too poor (`short`, `quiet`, `noisy`, `clipped`, `lossy`), others
 * spoke nearly all the while, it is not speech, or the model is undecided. The first that applies, in this order.
 */
export type UnsureReason =
	| 'short'
	| 'quiet'
	| 'noisy'
	| 'clipped'
	| 'lossy'
	| 'overlapped'
	| 'not-speech'
	| 'low-confidence';

/** What is known of an utterance once its audio is gone. */
export interface EmotionResult extends Origin, Affect {
	readonly utteranceId: string;
	readonly startMs: number;
	readonly endMs: number;
	readonly label: EmotionLabel;
	/** Present exactly when the label is `unsure`. */
	readonly unsureReason?: UnsureReason;
	/** Calibrated probability of the likeliest class, 0…1; also given when the label is `unsure`. */
	readonly confidence: number;
	readonly probabilities: Probabilities;
	readonly quality: AudioQuality;
	/** As of the {@link Utterance}. */
	readonly overlapMs?: number;
	readonly model: string;
	/** As of the {@link Classification}. */
	readonly events?: SoundEvents;
	/** A sound that is likelier than speech, for the middleware to gate on; the label stands all the same. */
	readonly dominantSound?: CoveringSound;
	/** As of the {@link Classification}. */
	readonly prosody?: Prosody;
}

/** What is not proven and may change or go with any version; it stands apart for that. */
export interface Experimental {
	/**
	 * How slow, low and monotonous a speaker sounds against their own earlier utterances, and how bored
	 * or subdued to the model, 0…1; src/middleware/fatigue.ts has the formula.
	 *
	 * @experimental A hint and nothing more: no corpus of tired speech exists to prove it on. It says
	 * nothing of anyone's health or fitness, and nothing may be decided by it.
	 */
	readonly fatigue: number;
}
