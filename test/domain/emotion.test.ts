import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	affectOf,
	EMOTIONS,
	likeliest,
	type Probabilities,
	restrictTo,
	toProbabilities,
} from '../../src/domain/index.ts';

const certain = (emotion: string): Probabilities =>
	Object.fromEntries(EMOTIONS.map((each) => [each, each === emotion ? 1 : 0])) as unknown as Probabilities;
const sum = (probabilities: Probabilities): number => EMOTIONS.reduce((total, each) => total + probabilities[each], 0);

describe('toProbabilities', () => {
	it('is a softmax over temperature', () => {
		const probabilities = toProbabilities([2, 0, 0, 0, 0, 0, 0, 0, 0], 2);
		expect(probabilities.anger).toBeCloseTo(Math.E / (Math.E + 8), 10);
		expect(probabilities.surprise).toBeCloseTo(1 / (Math.E + 8), 10);
	});

	it('sums to one, however large the logits are', () => {
		fc.assert(
			fc.property(
				fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 9, maxLength: 9 }),
				fc.double({ min: 0.1, max: 10, noNaN: true }),
				(logits, temperature) => {
					expect(sum(toProbabilities(logits, temperature))).toBeCloseTo(1, 9);
				},
			),
		);
	});
});

describe('restrictTo', () => {
	it('keeps the ratio of what stays', () => {
		const restricted = restrictTo(toProbabilities([3, 1, 0, 0, 2, 0, 0, 0, 0]), ['anger', 'fear']);
		expect(sum(restricted)).toBeCloseTo(1, 12);
		expect(restricted.anger / restricted.fear).toBeCloseTo(Math.E, 9);
		expect(restricted.boredom).toBe(0);
	});

	it('shares equally when nothing is left', () => {
		expect(restrictTo(certain('anger'), ['calm', 'fear'])).toMatchObject({ calm: 0.5, fear: 0.5, anger: 0 });
	});
});

describe('affectOf', () => {
	it.each([
		['anger', -1, 1],
		['sadness', -1, -1],
		['happiness', 1, 1],
		['fear', -1, 1],
		['calm', 1, -1],
		['boredom', -1, -1],
		['disgust', -1, 1],
		['surprise', 1, 1],
	])('%s lies where the circumplex has it', (emotion, valence, arousal) => {
		const affect = affectOf(certain(emotion));
		expect(Math.sign(affect.valence)).toBe(valence);
		expect(Math.sign(affect.arousal)).toBe(arousal);
	});

	const logits = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 9, maxLength: 9 });

	it('stays within −1…1, whatever the probabilities', () => {
		fc.assert(
			fc.property(logits, (values) => {
				const { valence, arousal } = affectOf(toProbabilities(values));
				expect(Math.max(Math.abs(valence), Math.abs(arousal))).toBeLessThanOrEqual(1);
			}),
		);
	});

	it('moves no further than the probabilities do: no label decides it', () => {
		fc.assert(
			fc.property(logits, logits, (some, others) => {
				const [one, other] = [toProbabilities(some), toProbabilities(others)];
				const moved = EMOTIONS.reduce((total, each) => total + Math.abs(one[each] - other[each]), 0);
				const [from, to] = [affectOf(one), affectOf(other)];
				expect(Math.abs(from.valence - to.valence)).toBeLessThanOrEqual(moved + 1e-12);
				expect(Math.abs(from.arousal - to.arousal)).toBeLessThanOrEqual(moved + 1e-12);
			}),
		);
		const half = affectOf({ ...certain(''), anger: 0.5, calm: 0.5 });
		const [anger, calm] = [affectOf(certain('anger')), affectOf(certain('calm'))];
		expect(half.valence).toBeCloseTo((anger.valence + calm.valence) / 2, 12);
		expect(half.arousal).toBeCloseTo((anger.arousal + calm.arousal) / 2, 12);
	});

	it('follows the calibration: a cooler model is a stronger mood', () => {
		const [mild, strong] = [3, 0.5].map((temperature) =>
			affectOf(toProbabilities([2, 0, 0, 0, 0, 0, 1, 0, 0], temperature)),
		);
		expect(strong?.arousal).toBeGreaterThan(mild?.arousal as number);
		expect(strong?.valence).toBeLessThan(mild?.valence as number);
	});
});

describe('likeliest', () => {
	it('names the largest, the first of equals', () => {
		expect(likeliest(toProbabilities([0, 0, 0, 0, 5, 0, 5, 0, 0])).emotion).toBe('fear');
		expect(likeliest(certain('surprise'))).toEqual({ emotion: 'surprise', confidence: 1 });
	});
});
