import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { recordServiceTimes } from '../../bench/scale/record.ts';
import { scaleOf } from '../../bench/scale/report.ts';
import { type Fleet, simulate } from '../../bench/scale/simulate.ts';
import { seededPrng } from '../../src/sim/index.ts';

const fleet = (overrides: Partial<Fleet>): Fleet => ({
	workers: 1,
	maxBatch: 1,
	maxBatchWaitMs: 0,
	ttlMs: Number.POSITIVE_INFINITY,
	serviceMs: () => 10,
	...overrides,
});

describe('the simulated fleet', () => {
	it('waits as long as the theory of queues says, for one worker and a constant time', () => {
		// Pollaczek and Khinchine: ρ ÷ (2 (1 − ρ)) service times, half a one at ρ = 0.5.
		const outcome = simulate(fleet({}), { utterancesPerS: 50, seconds: 4000 }, seededPrng(1));
		expect(outcome.meanWaitMs).toBeCloseTo(5, 0);
		expect(outcome.busy).toBeCloseTo(0.5, 1);
		expect(outcome.meanBatch).toBe(1);
	});

	it('waits as long as the theory says for two workers, times that differ by chance', () => {
		const draw = seededPrng(2);
		const exponential = fleet({ workers: 2, serviceMs: () => -Math.log(1 - draw()) * 10 });
		// Erlang C for two servers at ρ = 0.5: a third must wait, for 10 ms each.
		const { meanWaitMs } = simulate(exponential, { utterancesPerS: 100, seconds: 4000 }, seededPrng(3));
		expect(meanWaitMs).toBeCloseTo(10 / 3, 0);
	});

	it('gathers batches while it waits for company, and fuller ones the busier it is', () => {
		const batching = fleet({ workers: 4, maxBatch: 8, maxBatchWaitMs: 5, serviceMs: (batch) => 5 + 5 * batch });
		const calm = simulate(batching, { utterancesPerS: 40, seconds: 200 }, seededPrng(4));
		const busy = simulate(batching, { utterancesPerS: 600, seconds: 200 }, seededPrng(4));
		expect(calm.meanBatch).toBeLessThan(1.5);
		expect(busy.meanBatch).toBeGreaterThan(3);
		// The second of a batch waits less than the first.
		expect(calm.meanWaitMs).toBeGreaterThan(3.5);
		expect(calm.meanWaitMs).toBeLessThan(5);
	});

	it('keeps what comes during an outage up to its time, and answers the rest when it is over', () => {
		const load = { utterancesPerS: 50, seconds: 60, outage: { fromMs: 10_000, toMs: 20_000, workers: 0 } };
		const patient = simulate(fleet({}), load, seededPrng(5));
		const strict = simulate(fleet({ ttlMs: 2_000 }), load, seededPrng(5));
		expect(patient.expired).toBe(0);
		expect(patient.mostUnderWay).toBeGreaterThan(450);
		expect(patient.p99Ms).toBeGreaterThan(9_000);
		expect(strict.expired).toBeGreaterThan(0.1);
		expect(strict.p99Ms).toBeLessThan(2_500);
	});
});

describe('what recorded times come to', () => {
	it('has a worker for what it plans, and says what is full first', async () => {
		const times = await recordServiceTimes(2, seededPrng(6), new AbortController().signal);
		expect([...times.keys()]).toEqual([1, 2, 4, 8]);
		for (const taken of times.values()) expect(Math.min(...taken)).toBeGreaterThan(0);
		// Round figures: a batch of n takes 4 n ms, either end 1 ms an utterance.
		const round = new Map([1, 2, 4, 8].map((batch) => [batch, [4 * batch]]));
		const redis = { serverMs: 0.3, endsMs: 2, bytesIn: 30_000, bytesOut: 20_000, waitingBytes: 40_000 };
		const report = scaleOf({ times: round, redis, hearingMs: 4 }, 1_200);
		// 400 utterances a second × 5 ms ÷ 0.6.
		expect(report.usual.at(-1)).toMatchObject({ speakers: 1_200, workers: 4, expired: 0 });
		const room = Object.fromEntries(report.limits.map(({ what, speakers }) => [what, speakers]));
		expect(room['a Redis server, its one core']).toBe(6_000);
		expect(room['an inference core']).toBe(360);
		expect(report.limits.map(({ speakers }) => speakers)).toEqual(
			report.limits.map(({ speakers }) => speakers).toSorted((a, b) => a - b),
		);
	});

	it('is told where fleets are planned', async () => {
		const page = await readFile(new URL('../../docs/scaling.md', import.meta.url), 'utf8');
		expect(page).toContain('npm run bench -- scale');
	});
});
