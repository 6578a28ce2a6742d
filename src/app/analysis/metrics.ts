import { EMOTIONS, type Emotion, likeliest, type Probabilities } from '../../domain/index.ts';

/** One labelled clip and what the model says of it, restricted to the classes that are in question. */
export interface Prediction {
	readonly truth: Emotion;
	readonly probabilities: Probabilities;
}

export interface ConfusionMatrix {
	/** Order of the rows and of the columns. */
	readonly labels: readonly Emotion[];
	/** Counts; a row is what was said, a column what was heard in it. */
	readonly matrix: readonly (readonly number[])[];
}

/** How good a set of predictions is. Shares run from 0 to 1; `null` where there is nothing to divide by. */
export interface Scores {
	/** Clips that the figures rest on. */
	readonly scored: number;
	/** Unweighted average recall: the mean of the recalls of the classes that occur. Chance is 1 / classes. */
	readonly uar: number | null;
	readonly accuracy: number | null;
	/** Mean F1 of the classes that occur. */
	readonly macroF1: number | null;
	readonly recall: Readonly<Partial<Record<Emotion, number | null>>>;
	readonly confusion: ConfusionMatrix;
	/** Expected calibration error, see {@link expectedCalibrationError}. */
	readonly ece: number | null;
}

export const ECE_BINS = 15;

/** @param labels classes in question; each truth must be one of them */
export function score(predictions: readonly Prediction[], labels: Iterable<Emotion>): Scores {
	const wanted = new Set(labels);
	const order = EMOTIONS.filter((emotion) => wanted.has(emotion));
	const matrix = order.map(() => order.map(() => 0));
	let hits = 0;
	for (const { truth, probabilities } of predictions) {
		const heard = likeliest(probabilities).emotion;
		const row = matrix[order.indexOf(truth)];
		const column = order.indexOf(heard);
		if (!row || column < 0) throw new RangeError(`${truth} or ${heard} is not among the classes in question`);
		row[column] = (row[column] as number) + 1;
		if (truth === heard) hits++;
	}
	const classes = order.map((label, index) => ({ label, ...classScores(matrix, index) }));
	const occurring = classes.filter(({ support }) => support > 0);
	return {
		scored: predictions.length,
		uar: mean(occurring.map(({ recall }) => recall as number)),
		accuracy: predictions.length === 0 ? null : hits / predictions.length,
		macroF1: mean(occurring.map(({ f1 }) => f1)),
		recall: Object.fromEntries(classes.map(({ label, recall }) => [label, recall])),
		confusion: { labels: order, matrix },
		ece: expectedCalibrationError(predictions),
	};
}

function classScores(matrix: readonly (readonly number[])[], index: number) {
	const hits = matrix[index]?.[index] as number;
	const support = sum(matrix[index] as readonly number[]);
	const heard = sum(matrix.map((row) => row[index] as number));
	return {
		support,
		recall: support === 0 ? null : hits / support,
		// 2TP / (2TP + FP + FN): the harmonic mean of precision and recall, defined where precision is not.
		f1: support + heard === 0 ? 0 : (2 * hits) / (support + heard),
	};
}

/**
 * Expected calibration error over equal-width bins of the highest probability (Naeini et al. 2015;
 * Guo et al. 2017): the mean of |accuracy − mean confidence| of the bins, weighted by their share of
 * clips. Bin k of n holds confidences in (k/n, (k+1)/n].
 */
export function expectedCalibrationError(predictions: readonly Prediction[], bins = ECE_BINS): number | null {
	if (predictions.length === 0) return null;
	const tally = Array.from({ length: bins }, () => ({ hits: 0, confidence: 0 }));
	for (const { truth, probabilities } of predictions) {
		const { emotion, confidence } = likeliest(probabilities);
		const index = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
		const bin = tally[index] as { hits: number; confidence: number };
		bin.confidence += confidence;
		if (emotion === truth) bin.hits++;
	}
	// |hits − Σ confidence| of a bin is its |accuracy − mean confidence| times its count.
	return sum(tally.map(({ hits, confidence }) => Math.abs(hits - confidence))) / predictions.length;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : sum(values) / values.length);
