import { describe, expect, it } from 'vitest';
import { expectedCalibrationError, type Prediction, score } from '../../../src/app/analysis/metrics.ts';
import { EMOTIONS, type Emotion } from '../../../src/domain/index.ts';

/** `truth` was said, `heard` was the likeliest with `confidence`; the rest went to one other class. */
function prediction(truth: Emotion, heard: Emotion, confidence = 0.8): Prediction {
	const other: Emotion = heard === 'boredom' ? 'calm' : 'boredom';
	const probabilities = Object.fromEntries(EMOTIONS.map((emotion) => [emotion, 0])) as Record<Emotion, number>;
	probabilities[heard] = confidence;
	probabilities[other] = 1 - confidence;
	return { truth, probabilities };
}

const times = (count: number, truth: Emotion, heard: Emotion): Prediction[] =>
	Array.from({ length: count }, () => prediction(truth, heard));

describe('score', () => {
	// anger: 8 said, 6 heard as anger, 1 as fear, 1 as neutral. fear: 2 said, 1 right, 1 as anger.
	// neutral: 10 said, 9 right, 1 as fear.
	const predictions = [
		...times(6, 'anger', 'anger'),
		...times(1, 'anger', 'fear'),
		...times(1, 'anger', 'neutral'),
		...times(1, 'fear', 'fear'),
		...times(1, 'fear', 'anger'),
		...times(9, 'neutral', 'neutral'),
		...times(1, 'neutral', 'fear'),
	];
	const scores = score(predictions, ['neutral', 'fear', 'anger']);

	it('counts the confusion with what was said in rows', () => {
		expect(scores.confusion).toEqual({
			labels: ['anger', 'fear', 'neutral'],
			matrix: [
				[6, 1, 1],
				[1, 1, 0],
				[0, 1, 9],
			],
		});
	});

	it('agrees with figures worked out by hand', () => {
		expect(scores.scored).toBe(20);
		expect(scores.accuracy).toBeCloseTo(16 / 20, 12);
		expect(scores.recall).toEqual({ anger: 0.75, fear: 0.5, neutral: 0.9 });
		expect(scores.uar).toBeCloseTo((0.75 + 0.5 + 0.9) / 3, 12);
		// anger: P 6/7, R 6/8, F1 12/15. fear: P 1/3, R 1/2, F1 2/5. neutral: P 9/10, R 9/10, F1 18/20.
		expect(scores.macroF1).toBeCloseTo((0.8 + 0.4 + 0.9) / 3, 12);
	});

	it('lets a class that does not occur count neither way', () => {
		const { recall, uar, macroF1 } = score(times(4, 'anger', 'anger'), ['anger', 'sadness']);
		expect(recall).toEqual({ anger: 1, sadness: null });
		expect(uar).toBe(1);
		expect(macroF1).toBe(1);
	});

	it('gives a class that is never heard an F1 of 0', () => {
		expect(score([...times(3, 'anger', 'anger'), ...times(1, 'fear', 'anger')], ['anger', 'fear'])).toMatchObject({
			uar: 0.5,
			recall: { anger: 1, fear: 0 },
			// anger: 2·3 / (2·3 + 1 + 0)
			macroF1: (6 / 7 + 0) / 2,
		});
	});

	it('says nothing of nothing', () => {
		expect(score([], ['anger'])).toMatchObject({ scored: 0, uar: null, accuracy: null, macroF1: null, ece: null });
	});

	it('refuses what is not in question', () => {
		expect(() => score(times(1, 'calm', 'anger'), ['anger'])).toThrow(RangeError);
	});
});

describe('expectedCalibrationError', () => {
	it('agrees with figures worked out by hand', () => {
		// Bin (9/15, 10/15]: 0.62 right, 0.64 wrong: accuracy 0.5, mean confidence 0.63, gap 0.13, weight 2/5.
		// Bin (13/15, 14/15]: 0.9 right, 0.92 right, 0.88 wrong: accuracy 2/3, mean 0.9, gap 7/30, weight 3/5.
		const predictions = [
			prediction('anger', 'anger', 0.62),
			prediction('anger', 'fear', 0.64),
			prediction('fear', 'fear', 0.9),
			prediction('fear', 'fear', 0.92),
			prediction('calm', 'fear', 0.88),
		];
		expect(expectedCalibrationError(predictions)).toBeCloseTo(0.13 * 0.4 + (7 / 30) * 0.6, 12);
	});

	it('puts a confidence of 1 and one on an edge where they belong', () => {
		// 0.8 = 12/15 belongs to (11/15, 12/15]; with 0.81 in the same bin the gap would be another.
		const predictions = [
			prediction('anger', 'anger', 1),
			prediction('anger', 'anger', 0.8),
			prediction('anger', 'fear', 0.81),
		];
		expect(expectedCalibrationError(predictions)).toBeCloseTo((0 + 0.2 + 0.81) / 3, 12);
	});

	it('cannot see what averages out within a bin', () => {
		const predictions = [prediction('anger', 'anger', 0.7), prediction('anger', 'fear', 0.7)];
		expect(expectedCalibrationError(predictions)).toBeCloseTo(0.2, 12);
		expect(expectedCalibrationError([])).toBeNull();
	});
});
