import { affectOf, likeliest } from './emotion.ts';
import type { AudioQuality, Classification, EmotionResult, Utterance } from './utterance.ts';

/** When an utterance is too poor, or the model too undecided, to be given a label. */
export interface JudgementRules {
	/** Calibrated confidence below which the label is `unsure`. */
	readonly unsureBelow: number;
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
): 'short' | 'quiet' | 'noisy' | 'clipped' | 'lossy' | undefined {
	if (quality.durationMs < rules.minDurationMs) return 'short';
	if (quality.levelDb < rules.minLevelDb) return 'quiet';
	if (quality.snrDb < rules.minSnrDb) return 'noisy';
	if (quality.clippedShare > rules.maxClippedShare) return 'clipped';
	if (quality.lossShare > rules.maxLossShare) return 'lossy';
	return undefined;
}

/** Turns the model's probabilities into an answer, which may be that there is none. */
export function judge(
	utterance: Omit<Utterance, 'pcm'>,
	classification: Classification,
	rules: Partial<JudgementRules> = {},
): EmotionResult {
	const bounds = { ...JUDGEMENT_DEFAULTS, ...rules };
	const { emotion, confidence } = likeliest(classification.probabilities);
	const unsure = confidence < bounds.unsureBelow || qualityFault(utterance.quality, bounds) !== undefined;
	return {
		utteranceId: utterance.id,
		sessionId: utterance.sessionId,
		speakerId: utterance.speakerId,
		startMs: utterance.startMs,
		endMs: utterance.endMs,
		label: unsure ? 'unsure' : emotion,
		confidence,
		...affectOf(classification.probabilities),
		probabilities: classification.probabilities,
		quality: utterance.quality,
		model: classification.model,
	};
}
