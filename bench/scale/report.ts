import { z } from 'zod';
import { inferenceOptions } from '../../src/inference/index.ts';
import { type Prng, seededPrng } from '../../src/sim/index.ts';
import { machineSchema } from '../harness/machine.ts';
import { quantile } from '../harness/statistics.ts';
import { MEAN_S, type RedisCosts, type ServiceTimes } from './record.ts';
import { type Fleet, type Load, type Outcome, simulate } from './simulate.ts';

const outcome = z.object({
	speakers: z.int(),
	workers: z.int(),
	p50Ms: z.number(),
	p95Ms: z.number(),
	p99Ms: z.number(),
	meanWaitMs: z.number(),
	meanBatch: z.number(),
	busy: z.number(),
	mostUnderWay: z.int(),
	expired: z.number(),
});

/** What `npm run bench -- scale --json` prints. */
export const scaleReport = z.object({
	schemaVersion: z.literal(1),
	at: z.string(),
	machine: machineSchema,
	/** Medians of the recorded processor times, milliseconds for each utterance, by size of the batch. */
	model: z.array(z.object({ batch: z.int(), msPerUtterance: z.number(), p95Ms: z.number() })),
	redis: z
		.object({
			serverMs: z.number(),
			endsMs: z.number(),
			bytesIn: z.number(),
			bytesOut: z.number(),
			waitingBytes: z.number(),
		})
		.nullable(),
	/** As many workers as are planned for so many speakers. */
	usual: z.array(outcome),
	/** The fleet of the most speakers, ever more crowded. */
	crowded: z.array(outcome),
	/** The same with a third of the workers gone for ten seconds, and with all. */
	outages: z.array(outcome.extend({ workersLeft: z.int() })),
	/** Speakers at once that one of each has room for. */
	limits: z.array(z.object({ what: z.string(), speakers: z.number() })),
});
export type ScaleReport = z.infer<typeof scaleReport>;

/** What is planned with: busier than that has no room for bursts (docs/scaling.md). */
const BUSY = 0.6;
const SECONDS = 30;
const OUTAGE_MS = 10_000;
const GIGABIT = 1e9;
const GIBIBYTE = 2 ** 30;
const SEED = 8;

const { maxBatch, maxBatchWaitMs, ttlMs, maxDepth } = inferenceOptions.parse({});
const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Draws one of the recorded times of the next larger batch. */
function fleetOf(workers: number, times: ServiceTimes, endMs: number, draw: Prng): Fleet {
	const sizes = [...times.keys()].toSorted((a, b) => a - b);
	const serviceMs = (batch: number): number => {
		const recorded = times.get(sizes.find((size) => size >= batch) ?? 0) ?? [];
		return (recorded[Math.floor(draw() * recorded.length)] as number) + batch * endMs;
	};
	return { workers, maxBatch, maxBatchWaitMs, ttlMs, serviceMs };
}

export interface Recorded {
	readonly times: ServiceTimes;
	readonly redis: RedisCosts | undefined;
	/** Milliseconds of a bot's core for each second that one member speaks, without Redis (docs/benchmarks.md). */
	readonly hearingMs: number;
}

/** What the recorded times come to with so many speakers at once. */
export function scaleOf({ times, redis, hearingMs }: Recorded, most: number): Omit<ScaleReport, 'at' | 'machine'> {
	// One of the two ends; what each takes was recorded together.
	const endMs = (redis?.endsMs ?? 0) / 2;
	const perUtteranceMs = (batch: number): number => quantile(times.get(batch) ?? [], 0.5) / batch;
	const workersFor = (speakers: number, busy: number): number =>
		Math.ceil(((speakers / MEAN_S) * (perUtteranceMs(maxBatch) + endMs)) / 1000 / busy);
	const run = (speakers: number, workers: number, outage?: Load['outage']) => {
		const draw = seededPrng(SEED);
		const load: Load = { utterancesPerS: speakers / MEAN_S, seconds: SECONDS, ...(outage && { outage }) };
		return { speakers, workers, ...told(simulate(fleetOf(workers, times, endMs, draw), load, draw)) };
	};
	const steps = [100, 1_000, 10_000, 100_000].filter((speakers) => speakers < most).concat(most);
	const planned = workersFor(most, BUSY);
	const outage = { fromMs: OUTAGE_MS / 2, toMs: 1.5 * OUTAGE_MS };
	return {
		schemaVersion: 1,
		model: [...times].map(([batch, all]) => ({
			batch,
			msPerUtterance: round(perUtteranceMs(batch)),
			p95Ms: round(quantile(all, 0.95) / batch),
		})),
		redis: redis ? roundedAll(redis) : null,
		usual: steps.map((speakers) => run(speakers, workersFor(speakers, BUSY))),
		crowded: [0.7, 0.8, 0.9, 1].map((busy) => run(most, workersFor(most, busy))),
		outages: [Math.round((planned * 2) / 3), 0].map((workersLeft) => ({
			workersLeft,
			...run(most, planned, { ...outage, workers: workersLeft }),
		})),
		limits: limitsOf({ hearingMs, endMs, modelMs: perUtteranceMs(maxBatch), redis }),
	};
}

function limitsOf(costs: {
	readonly hearingMs: number;
	readonly endMs: number;
	readonly modelMs: number;
	readonly redis: RedisCosts | undefined;
}): ScaleReport['limits'] {
	const { hearingMs, endMs, modelMs, redis } = costs;
	const perCore = (msPerS: number): number => (BUSY * 1000) / msPerS;
	const limits = [
		{
			what: `a bot process, to keep all while nobody answers for ${ttlMs / 1000} s`,
			speakers: (maxDepth * MEAN_S * 1000) / ttlMs,
		},
		{ what: 'the event loop of a bot process', speakers: perCore(hearingMs + endMs / MEAN_S) },
		{ what: 'an inference core', speakers: perCore((modelMs + endMs) / MEAN_S) },
		...(redis
			? [
					{ what: 'a Redis server, its one core', speakers: perCore(redis.serverMs / MEAN_S) },
					{
						what: 'a Redis server, its network of 1 Gbit/s',
						speakers: (BUSY * GIGABIT) / ((Math.max(redis.bytesIn, redis.bytesOut) * 8) / MEAN_S),
					},
					{
						what: 'a Redis server of 1 GiB while no worker is there',
						speakers: GIBIBYTE / ((redis.waitingBytes / MEAN_S) * (ttlMs / 1000)),
					},
					{ what: 'the event loop that feeds a model of no cost (GPU)', speakers: perCore(endMs / MEAN_S) },
				]
			: []),
	];
	return limits
		.map(({ what, speakers }) => ({ what, speakers: Math.floor(speakers) }))
		.toSorted((a, b) => a.speakers - b.speakers);
}

function told({ mostUnderWay, expired, ...figures }: Outcome): Outcome {
	return { ...roundedAll(figures), mostUnderWay, expired: round(expired, 4) };
}

const roundedAll = <Figures extends { readonly [Name in keyof Figures]: number }>(figures: Figures): Figures =>
	Object.fromEntries(Object.entries<number>(figures).map(([name, value]) => [name, round(value, 3)])) as Figures;
