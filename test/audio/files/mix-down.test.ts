import { expect, it } from 'vitest';
import { mixDown } from '../../../src/audio/files/index.ts';

it('mixes channels to their mean, which no sum of them can exceed', () => {
	const [left, right] = [Int16Array.of(32_767, -32_768, 100, 3), Int16Array.of(32_767, -32_768, -100, 0)];
	expect(mixDown([left, right])).toEqual(Int16Array.of(32_767, -32_768, 0, 2));
	expect(mixDown([left, right, new Int16Array(4)])).toEqual(Int16Array.of(21_845, -21_845, 0, 1));
	expect(mixDown([left])).toEqual(left);
});
