import { beforeEach, describe, expect, it } from 'vitest';
import { WaitEstimate } from '../../src/audio/wait-estimate.ts';

describe('how long a gap is waited for', () => {
	let estimate: WaitEstimate;
	beforeEach(() => {
		estimate = new WaitEstimate(100, 400);
	});

	it('is the least while packets come in order', () => {
		expect(estimate.waitMs(0)).toBe(100);
		expect(new WaitEstimate(0, 400).waitMs(0)).toBe(0);
	});

	it('is the longest disorder so far, a quarter more, and a frame', () => {
		estimate.observe(200, 0);
		expect(estimate.waitMs(0)).toBe(270);
		estimate.observe(120, 10);
		expect(estimate.waitMs(10)).toBe(270);
		estimate.observe(240, 20);
		expect(estimate.waitMs(20)).toBe(320);
	});

	it('lies between its bounds', () => {
		estimate.observe(40, 0);
		expect(estimate.waitMs(0)).toBe(100);
		estimate.observe(5000, 0);
		expect(estimate.waitMs(0)).toBe(400);
	});

	it('is remembered for five to ten seconds', () => {
		estimate.observe(200, 1000);
		expect(estimate.waitMs(5999)).toBe(270);
		expect(estimate.waitMs(6000)).toBe(270);
		expect(estimate.waitMs(10_999)).toBe(270);
		expect(estimate.waitMs(11_000)).toBe(100);
	});

	it('goes by the worst of the last two spans of five seconds', () => {
		estimate.observe(200, 0);
		estimate.observe(160, 5000);
		expect(estimate.waitMs(9999)).toBe(270);
		expect(estimate.waitMs(10_000)).toBe(220);
		expect(estimate.waitMs(15_000)).toBe(100);
	});

	it('is the least again after ten seconds in which nobody asked', () => {
		estimate.observe(200, 0);
		expect(estimate.waitMs(9999)).toBe(270);
		const forgotten = new WaitEstimate(100, 400);
		forgotten.observe(200, 0);
		expect(forgotten.waitMs(10_000)).toBe(100);
	});

	it('is no other for having been asked about the end of time', () => {
		estimate.observe(200, 0);
		expect(estimate.waitMs(Number.POSITIVE_INFINITY)).toBe(270);
		expect(estimate.waitMs(4999)).toBe(270);
		expect(estimate.waitMs(12_000)).toBe(100);
	});
});
