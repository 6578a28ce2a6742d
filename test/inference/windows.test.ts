import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupByLength } from '../../src/inference/model/grouping.ts';
import { cutWindows } from '../../src/inference/model/windows.ts';

describe('cutWindows', () => {
	it('leaves a clip that fits as it is', () => {
		const clip = new Int16Array(1000);
		expect(cutWindows(clip, 1000)).toEqual([clip]);
	});

	it('covers a longer clip from end to end with equal windows that overlap by a quarter or more', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 8, max: 4_000 }), (length, maxSamples) => {
				fc.pre(length > maxSamples);
				const clip = Int16Array.from({ length }, (_, index) => index);
				const windows = cutWindows(clip, maxSamples);
				const starts = windows.map((window) => window.byteOffset / 2);
				expect(windows.every((window) => window.length === maxSamples)).toBe(true);
				expect(starts[0]).toBe(0);
				expect(starts.at(-1)).toBe(length - maxSamples);
				for (const [index, start] of starts.slice(1).entries()) {
					// Starts are rounded to whole samples.
					expect(start - (starts[index] as number)).toBeLessThanOrEqual(maxSamples * 0.75 + 1);
				}
			}),
		);
	});
});

describe('groupByLength', () => {
	it('puts every clip into one group, none too large and none padded too much', () => {
		const lengths = fc.array(fc.integer({ min: 1, max: 96_000 }), { maxLength: 60 });
		fc.assert(
			fc.property(lengths, fc.integer({ min: 1, max: 9 }), fc.nat(20_000), (all, maxRows, maxPadding) => {
				const groups = groupByLength(all, { maxRows, maxPadding });
				expect(groups.flat().sort((a, b) => a - b)).toEqual(all.map((_, index) => index));
				for (const group of groups) {
					const members = group.map((index) => all[index] as number);
					expect(group.length).toBeLessThanOrEqual(maxRows);
					expect(Math.max(...members) - Math.min(...members)).toBeLessThanOrEqual(maxPadding);
				}
			}),
		);
	});

	it('opens no more groups than it must', () => {
		expect(groupByLength([100, 99, 98, 97], { maxRows: 4, maxPadding: 3 })).toHaveLength(1);
		expect(groupByLength([100, 99, 98, 97], { maxRows: 4, maxPadding: 2 })).toHaveLength(2);
		expect(groupByLength([], { maxRows: 4, maxPadding: 2 })).toEqual([]);
	});
});
