import { expect, it } from 'vitest';
import { RejoinBudget } from '../../src/bot/reception/rejoin-budget.ts';

it('lets six attempts be made in a minute, each after twice the pause of the one before', () => {
	const budget = new RejoinBudget();
	const pauses = Array.from({ length: 8 }, (_, second) => budget.next(1000 * second));
	expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, undefined, undefined]);
	// The first of them is a minute ago, the second is not.
	expect(budget.next(60_500)).toBe(8000);
	expect(budget.next(60_900)).toBeUndefined();
	// After a quiet time it is as if nothing had been.
	expect(budget.next(200_000)).toBe(250);
});
