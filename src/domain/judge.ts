import { affectOf, likeliest } from './emotion.ts';
import { dominantSound } from './sound.ts';
import type { AudioQuality, Classification, EmotionResult, UnsureReason, Utterance } from './utterance.ts';

/** When an utterance is too poor, or the model too undecided, to be given a label. */
export interface JudgementRules {
	/** Calibrated confidence below which the label is `unsure`. */
	readonly unsureBelow: number;
	/** Likelihood of speech below which the label is `unsure`; 0 where the model hears no sounds. */
	readonly speechBelow: number;
	readonly minDurationMs: number;
	readonly minLevelDb: number;
	readonly minSnrDb: number;
	readonly maxClippedShare: number;
	readonly maxLossShare: number;
}

/**
 * Bounds outside of which a voice cannot be judged fairly; they are meant to catch the hopeless,
 * not the merely imperfect, since the model is trained on noise, clipping and loss.
 */
export const JUDGEMENT_DEFAULTS: JudgementRules = {
	unsureBelow: 0.4,
	speechBelow: 0,
	minDurationMs: 400,
	minLevelDb: -60,
	minSnrDb: 3,
	maxClippedShare: 0.1,
	maxLossShare: 0.4,
};

/** Why this audio cannot be judged, or `undefined` when it can. */
export function qualityFault(
	quality: AudioQuality,
	rules: JudgementRules,
): Exclude<UnsureReason, 'overlapped' | 'not-speech' | 'low-confidence'> | undefined {
	if (quality.durationMs < rules.minDurationMs) return 'short';
	if (quality.levelDb < rules.minLevelDb) return 'quiet';
	if (quality.snrDb < rules.minSnrDb) return 'noisy';
	if (quality.clippedShare > rules.maxClippedShare) return 'clipped';
	if (quality.lossShare > rules.maxLossShare) return 'lossy';
	return undefined;
}

function unsureReason(
	quality: AudioQuality,
	{ events }: Classification,
	confidence: number,
	rules: JudgementRules,
): UnsureReason | undefined {
	const fault = qualityFault(quality, rules);
	if (fault) return fault;
	if (events && events.speech < rules.speechBelow) return 'not-speech';
	return confidence < rules.unsureBelow ? 'low-confidence' : undefined;
}

/** Turns the model's probabilities into an answer, which may be that there is none. */
export function judge(
	utterance: Omit<Utterance, 'pcm'>,
	classification: Classification,
	rules: Partial<JudgementRules> = {},
): EmotionResult {
	const bounds = { ...JUDGEMENT_DEFAULTS, ...rules };
	const { probabilities, events, prosody, model } = classification;
	const { emotion, confidence } = likeliest(probabilities);
	const reason = unsureReason(utterance.quality, classification, confidence, bounds);
	const sound = events && dominantSound(events);
	return {
		utteranceId: utterance.id,
		sessionId: utterance.sessionId,
		speakerId: utterance.speakerId,
		startMs: utterance.startMs,
		endMs: utterance.endMs,
		...(reason ? { label: 'unsure', unsureReason: reason } : { label: emotion }),
		confidence,
		...affectOf(probabilities),
		probabilities,
		quality: utterance.quality,
		...(utterance.overlapMs === undefined ? {} : { overlapMs: utterance.overlapMs }),
		model,
		...(events && { events }),
		...(sound && { dominantSound: sound }),
		...(prosody && { prosody }),
	};
}
