import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlertRecord, alertFigures, tunedShift, type Verdict } from '../../src/domain/index.ts';

type Judged = Pick<AlertRecord, 'at' | 'mode' | 'verdict'>;

const alert = (at: number, verdict?: Verdict, mode: AlertRecord['mode'] = 'live'): Judged => ({
	at,
	mode,
	...(verdict && { verdict: { by: 'moderator', at: at + 1, verdict } }),
});
const judged = (justified: number, falseAlarms: number): Judged[] => [
	...Array.from({ length: justified }, (_, index) => alert(index, 'justified')),
	...Array.from({ length: falseAlarms }, (_, index) => alert(1000 + index, 'false-alarm')),
];

describe('alertFigures', () => {
	it('counts what lies between two times', () => {
		const alerts = [
			alert(0, 'justified'),
			alert(10, 'justified'),
			alert(20, 'false-alarm'),
			alert(30, undefined, 'monitor'),
			alert(7_200_000, 'justified'),
		];
		expect(alertFigures(alerts, { from: 10, to: 7_200_000 })).toEqual({
			alerts: 3,
			live: 2,
			perHour: expect.closeTo(1.5, 4),
			judged: 2,
			justified: 1,
			falseAlarms: 1,
			precision: 0.5,
		});
	});

	it('has no precision without verdicts, and no rate over no time', () => {
		expect(alertFigures([alert(5)], { from: 0, to: 10 }).precision).toBeUndefined();
		expect(alertFigures([], { from: 10, to: 10 }).perHour).toBe(0);
	});
});

describe('tunedShift', () => {
	it('leaves the thresholds where they are for few verdicts', () => {
		expect(tunedShift(judged(0, 4), 0.03)).toBe(0.03);
	});

	it('raises them for false alarms and lowers them when nearly all are justified', () => {
		expect(tunedShift(judged(0, 5), 0)).toBe(0.05);
		// (2 + 1) / (5 + 2) = 0.43; 0.2 · (0.8 − 0.43) = 0.074, of which 0.05 at a time.
		expect(tunedShift(judged(2, 3), 0.1)).toBe(0.15);
		// (30 + 1) / (30 + 2) = 0.97; 0.2 · (0.8 − 0.97) = −0.03.
		expect(tunedShift(judged(30, 0), 0)).toBe(-0.03);
	});

	it('counts no alert twice: only those since the shift was moved', () => {
		expect(tunedShift(judged(0, 5), 0.05, 1004)).toBe(0.05);
		expect(tunedShift(judged(0, 5), 0.05, 999)).toBe(0.1);
	});

	it('never leaves −0.2…0.2 and moves by at most 0.05', () => {
		const some = fc.nat({ max: 60 });
		const current = fc.integer({ min: -20, max: 20 }).map((hundredths) => hundredths / 100);
		fc.assert(
			fc.property(some, some, current, (justified, falseAlarms, shift) => {
				const tuned = tunedShift(judged(justified, falseAlarms), shift);
				expect(Math.abs(tuned)).toBeLessThanOrEqual(0.2);
				expect(Math.abs(tuned - shift)).toBeLessThanOrEqual(0.05 + 1e-9);
			}),
		);
	});
});
