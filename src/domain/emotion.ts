/**
 * The nine classes of the emotion model, in the order of its logits.
 *
 * Fatigue is no class: no open corpus of tired speech exists. It is derived later, relative to a
 * speaker's own baseline, with `boredom` as its nearest acted proxy.
 */
export const EMOTIONS = [
	'anger',
	'boredom',
	'calm',
	'disgust',
	'fear',
	'happiness',
	'neutral',
	'sadness',
	'surprise',
] as const;

export type Emotion = (typeof EMOTIONS)[number];

/** What a listener is told: one of the nine, or the honest answer that it is not clear. */
export type EmotionLabel = Emotion | 'unsure';

/** Calibrated class probabilities; all nine are present and they sum to 1. */
export type Probabilities = Readonly<Record<Emotion, number>>;

/** A point on the circumplex of affect; both axes run from −1 to 1. */
export interface Affect {
	readonly valence: number;
	readonly arousal: number;
}

/**
 * Where each class lies on the circumplex of affect: valence from unpleasant to pleasant, arousal from
 * sleepy to excited (J. A. Russell, "A circumplex model of affect", J. Pers. Soc. Psychol. 39, 1980,
 * whose scaling of 28 words has these in the same quadrants: angry and afraid unpleasant and aroused,
 * bored and sad unpleasant and sleepy, calm pleasant and sleepy, happy pleasant, astonished aroused).
 *
 * Disgust is not among them, and the figures are centres that we assume. The training corpora carry no
 * ratings of valence or arousal, so what is computed from the table is *derived* from the classes, not measured.
 */
const CIRCUMPLEX: Readonly<Record<Emotion, Affect>> = {
	anger: { valence: -0.75, arousal: 0.8 },
	boredom: { valence: -0.35, arousal: -0.7 },
	calm: { valence: 0.45, arousal: -0.6 },
	disgust: { valence: -0.65, arousal: 0.2 },
	fear: { valence: -0.65, arousal: 0.7 },
	happiness: { valence: 0.85, arousal: 0.5 },
	neutral: { valence: 0, arousal: -0.1 },
	sadness: { valence: -0.7, arousal: -0.5 },
	surprise: { valence: 0.2, arousal: 0.75 },
};

export function isEmotion(value: string): value is Emotion {
	return (EMOTIONS as readonly string[]).includes(value);
}

/**
 * Valence and arousal, −1…1: the expected position on the circumplex under calibrated `probabilities`.
 * Linear in them, so a small change of the probabilities is a small change of the mood, and within the
 * hull of {@link CIRCUMPLEX}, from which it is derived.
 */
export function affectOf(probabilities: Probabilities): Affect {
	let valence = 0;
	let arousal = 0;
	for (const emotion of EMOTIONS) {
		valence += probabilities[emotion] * CIRCUMPLEX[emotion].valence;
		arousal += probabilities[emotion] * CIRCUMPLEX[emotion].arousal;
	}
	return { valence, arousal };
}

/** The likeliest class and its probability. Ties go to the class that stands first. */
export function likeliest(probabilities: Probabilities): { emotion: Emotion; confidence: number } {
	let emotion: Emotion = EMOTIONS[0];
	for (const candidate of EMOTIONS) {
		if (probabilities[candidate] > probabilities[emotion]) emotion = candidate;
	}
	return { emotion, confidence: probabilities[emotion] };
}

/**
 * Keeps only `allowed` classes and renormalises, so that a corpus which lacks a class is not
 * judged on it. When nothing is left of the mass, the allowed classes share it equally.
 */
export function restrictTo(probabilities: Probabilities, allowed: Iterable<Emotion>): Probabilities {
	const kept = new Set(allowed);
	let mass = 0;
	for (const emotion of kept) mass += probabilities[emotion];
	const restricted = {} as Record<Emotion, number>;
	for (const emotion of EMOTIONS) {
		if (!kept.has(emotion)) restricted[emotion] = 0;
		else restricted[emotion] = mass > 0 ? probabilities[emotion] / mass : 1 / kept.size;
	}
	return restricted;
}

/**
 * Softmax of logits divided by a calibration temperature (Guo et al. 2017).
 *
 * @param logits nine values in the order of {@link EMOTIONS}
 */
export function toProbabilities(logits: ArrayLike<number>, temperature = 1): Probabilities {
	let highest = Number.NEGATIVE_INFINITY;
	for (let index = 0; index < EMOTIONS.length; index++) {
		highest = Math.max(highest, logits[index] as number);
	}
	const result = {} as Record<Emotion, number>;
	let sum = 0;
	for (const [index, emotion] of EMOTIONS.entries()) {
		const weight = Math.exp(((logits[index] as number) - highest) / temperature);
		result[emotion] = weight;
		sum += weight;
	}
	for (const emotion of EMOTIONS) result[emotion] /= sum;
	return result;
}
