import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { arithmetic, capacityTable, demandOf, measuredCosts, withCapacity } from '../../../scripts/capacity.ts';

const read = (path: string): Promise<string> => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('the capacity table', () => {
	it('is what follows from the benchmarks', async () => {
		const [page, benchmarks] = await Promise.all([read('docs/scaling.md'), read('docs/benchmarks.md')]);
		expect(page).toBe(withCapacity(page, benchmarks));
		expect(page).toContain(capacityTable(measuredCosts(benchmarks)));
		expect(page).toContain(arithmetic(measuredCosts(benchmarks)));
	});

	it('adds up', () => {
		// Round figures: hearing takes 5 ms, inference 1 ms, effects and Redis 0.3 ms an utterance of 3 s.
		const costs = { packetS: 1e-4, speechS: 1e-3, redisS: 3e-4, carryS: 3e-4, effectS: 3e-4 };
		expect(demandOf(6, costs)).toMatchObject({ bots: 1, workerCores: 1, redisServers: 0 });
		// 6300 × (5 + 0.1 + 0.1) ms = 32.76 cores, 6300 × 1.1 ms = 6.93 and 6300 × 0.1 ms = 0.63, each 0.6 busy.
		expect(demandOf(6_300, costs)).toEqual({
			speakers: 6_300,
			utterancesPerS: 2_100,
			bots: 55,
			workerCores: 12,
			redisServers: 2,
			redisBitsPerS: 365_400_000,
			cores: 69,
		});
		expect(() => measuredCosts('nothing')).toThrow('receive/live');
	});
});
