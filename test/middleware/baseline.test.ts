import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Baseline } from '../../src/middleware/baseline.ts';

describe('Baseline', () => {
	it('takes a session to be calm before anyone has spoken', () => {
		expect(new Baseline(0.1).mean).toBeCloseTo(0.1);
	});

	it('moves little with a first outburst, and comes to what is always said', () => {
		const baseline = new Baseline(0.1);
		baseline.add('a', 0.9, 3);
		expect(baseline.mean).toBeLessThan(0.15);
		for (let turn = 0; turn < 1000; turn++) baseline.add('a', 0.9, 3);
		expect(baseline.mean).toBeGreaterThan(0.88);
	});

	it('weighs by length and by how long ago it was', () => {
		const [long, old] = [new Baseline(0.1), new Baseline(0.1)];
		long.add('a', 0.8, 30);
		long.add('b', 0, 3);
		expect(long.mean).toBeCloseTo((0.1 * 60 + 0.8 * 30) / 93);
		for (let turn = 0; turn < 200; turn++) old.add('a', 0.8, 3);
		for (let turn = 0; turn < 200; turn++) old.add('b', 0, 3);
		expect(old.mean).toBeLessThan(0.35);
	});

	it('is without one who is forgotten as if the others had spoken alone, as long as nothing faded', () => {
		const [both, alone] = [new Baseline(0.1), new Baseline(0.1)];
		for (let turn = 0; turn < 20; turn++) {
			both.add('a', 0.9, 3);
			both.add('b', 0.2, 3);
			alone.add('b', 0.2, 3);
		}
		both.forget('a');
		expect(both.mean).toBeCloseTo(alone.mean);
	});

	it('is not made by the next to speak after one who filled it was forgotten', () => {
		const baseline = new Baseline(0.1);
		for (let turn = 0; turn < 2000; turn++) baseline.add('a', 0.9, 3);
		baseline.forget('a');
		expect(baseline.mean).toBeCloseTo(0.1);
		baseline.add('b', 0.9, 3);
		expect(baseline.mean).toBeLessThan(0.15);
	});

	it('never leaves what was said and the prior', () => {
		const speech = fc.record({
			speaker: fc.constantFrom('a', 'b', 'c'),
			anger: fc.double({ min: 0, max: 1, noNaN: true }),
			seconds: fc.double({ min: 0, max: 5000, noNaN: true }),
			forgotten: fc.boolean(),
		});
		fc.assert(
			fc.property(fc.array(speech, { maxLength: 60 }), (said) => {
				const baseline = new Baseline(0.1);
				for (const { speaker, anger, seconds, forgotten } of said) {
					if (forgotten) baseline.forget(speaker);
					else baseline.add(speaker, anger, seconds);
				}
				const angers = [0.1, ...said.map(({ anger }) => anger)];
				expect(baseline.mean).toBeGreaterThanOrEqual(Math.min(...angers) - 1e-9);
				expect(baseline.mean).toBeLessThanOrEqual(Math.max(...angers) + 1e-9);
			}),
		);
	});
});
