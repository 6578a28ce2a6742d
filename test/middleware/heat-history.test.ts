import { describe, expect, it } from 'vitest';
import type { HeatState } from '../../src/domain/index.ts';
import { HeatHistory } from '../../src/middleware/heat-history.ts';

/** What is kept of a course: `[second, state]` each. */
function kept(...course: readonly (readonly [second: number, state: HeatState])[]): [number, HeatState][] {
	const history = new HeatHistory();
	for (const [second, state] of course) history.add({ at: second * 1000, score: 0.5, state });
	return history.points.map(({ at, state }) => [at / 1000, state]);
}

describe('the heat that led to an alert', () => {
	it('is kept point by point where they are five seconds apart', () => {
		expect(kept([0, 'calm'], [5, 'calm'], [10, 'calm'])).toEqual([
			[0, 'calm'],
			[5, 'calm'],
			[10, 'calm'],
		]);
	});

	it('is one point where there are several, the newest of them', () => {
		expect(kept([0, 'calm'], [2, 'calm'], [4, 'calm'], [6, 'calm'])).toEqual([
			[0, 'calm'],
			[4, 'calm'],
			[6, 'calm'],
		]);
	});

	it('has each change of state, however near', () => {
		const course = [
			[0, 'calm'],
			[1, 'warm'],
			[2, 'hot'],
			[3, 'hot'],
			[4, 'cooling'],
		] as const;
		expect(kept(...course)).toEqual(course);
	});

	it('goes back ten minutes', () => {
		const course = Array.from({ length: 200 }, (_, index) => [index * 5, 'calm'] as const);
		const points = kept(...course);
		expect([points[0], points.at(-1)]).toEqual([
			[395, 'calm'],
			[995, 'calm'],
		]);
		expect(points).toHaveLength(121);
	});
});
