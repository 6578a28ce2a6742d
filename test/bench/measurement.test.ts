import { describe, expect, it } from 'vitest';
import { type Comparison, measure, SMOKE_EFFORT } from '../../bench/harness/index.ts';

describe('a measurement', () => {
	const calls: string[] = [];
	const comparison: Comparison = {
		id: 'test/clocked',
		per: 'unit',
		clock: 'wall',
		units: 10,
		ours: {
			name: 'ours',
			clocked: async () => {
				calls.push('ours');
				return 6;
			},
		},
		reference: {
			name: 'theirs',
			kind: 'floor',
			clocked: async () => {
				calls.push('theirs');
				return 3;
			},
		},
	};

	it('gives milliseconds a unit, and lets each side begin in turn', async () => {
		calls.length = 0;
		const result = await measure(comparison, { ...SMOKE_EFFORT, rounds: 4 });
		expect(result.rounds).toBe(4);
		expect(result.oursMs.median).toBeCloseTo(0.6);
		expect(result.referenceMs.median).toBeCloseTo(0.3);
		expect(result.ratio.median).toBeCloseTo(2);
		// After the warm-up, one call of each side in each round.
		expect(calls.slice(-6)).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
	});

	it('counts processor time only, where that is asked for', async () => {
		const nap = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
		const spin = (ms: number): void => {
			const { user, system } = process.cpuUsage();
			for (;;) {
				const used = process.cpuUsage({ user, system });
				if (used.user + used.system >= ms * 1000) return;
			}
		};
		const { oursMs } = await measure(
			{
				...comparison,
				clock: 'cpu',
				units: 1,
				ours: { name: 'ours', asyncWork: () => nap(200) },
				reference: { name: 'theirs', kind: 'floor', work: () => spin(2) },
			},
			SMOKE_EFFORT,
		);
		expect(oursMs.median).toBeLessThan(100);
	});

	it('fails with what a side throws', async () => {
		const ours = {
			name: 'ours',
			work: () => {
				throw new Error('broken');
			},
		};
		await expect(measure({ ...comparison, ours }, SMOKE_EFFORT)).rejects.toThrow('broken');
	});

	it('stops between rounds when it is told to', async () => {
		calls.length = 0;
		await expect(measure(comparison, SMOKE_EFFORT, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
		expect(calls).toEqual([]);
	});
});
