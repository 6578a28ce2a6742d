import { Bench, type FnReturnedObject, type TimestampProvider } from 'tinybench';
import { type Round, type RoundsSummary, summarise } from './statistics.ts';
import type { ClockKind, Comparison, Timed } from './suite.ts';

/** How long is measured. */
export interface Effort {
	readonly rounds: number;
	/** For each side in each round; at least {@link Effort.minCalls} calls are made however long they take. */
	readonly roundMs: Readonly<Record<ClockKind, number>>;
	readonly minCalls: number;
	/** Before the first round, so that what is measured is compiled code. */
	readonly warmUpMs: number;
}

/** What passes on the wall is disturbed more, and so watched for longer. */
export const FULL_EFFORT: Effort = { rounds: 9, roundMs: { cpu: 200, wall: 600 }, minCalls: 3, warmUpMs: 250 };
export const SMOKE_EFFORT: Effort = { rounds: 2, roundMs: { cpu: 0, wall: 0 }, minCalls: 1, warmUpMs: 0 };

export interface Measurement extends RoundsSummary {
	readonly comparison: Comparison;
	readonly rounds: number;
}

/** Microseconds of the processor as tinybench wants a clock. */
const CPU_CLOCK: TimestampProvider = {
	name: 'cpu',
	fn: () => {
		const { user, system } = process.cpuUsage();
		return user + system;
	},
	fromMs: (milliseconds) => milliseconds * 1000,
	toMs: (microseconds) => Number(microseconds) / 1000,
};

const CLOCKS: Record<ClockKind, TimestampProvider | 'performanceNow'> = { cpu: CPU_CLOCK, wall: 'performanceNow' };

/**
 * Times both sides in turn, over several rounds in which either goes first, so that what else runs
 * on the machine meets both alike.
 *
 * @throws what either side throws, or the reason of `signal` as soon as it aborts: what a side waits for then
 * may never come
 */
export async function measure(comparison: Comparison, effort: Effort, signal?: AbortSignal): Promise<Measurement> {
	const rounds: Round[] = [];
	for (let round = 0; round < effort.rounds; round++) {
		signal?.throwIfAborted();
		rounds.push(await unlessAborted(runRound(comparison, effort, round), signal));
	}
	return { comparison, rounds: rounds.length, ...summarise(rounds) };
}

async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
	if (!signal) return work;
	const { promise: aborted, reject } = Promise.withResolvers<never>();
	const onAbort = (): void => reject(signal.reason);
	signal.addEventListener('abort', onAbort, { once: true });
	try {
		return await Promise.race([work, aborted]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}

async function runRound({ ours, reference, units, clock }: Comparison, effort: Effort, round: number): Promise<Round> {
	const bench = new Bench({
		timestampProvider: CLOCKS[clock],
		time: effort.roundMs[clock],
		iterations: effort.minCalls,
		warmup: round === 0,
		warmupTime: effort.warmUpMs,
		warmupIterations: 1,
		throws: true,
	});
	for (const side of round % 2 === 0 ? [reference, ours] : [ours, reference]) addTask(bench, side);
	await bench.run();
	const msAUnit = (side: Timed): number => medianMs(bench, side) / units;
	return { oursMs: msAUnit(ours), referenceMs: msAUnit(reference) };
}

// Said outright which of them are asynchronous: tinybench finds out by a call that it does not await.
function addTask(bench: Bench, side: Timed): void {
	if ('work' in side) bench.add(side.name, side.work, { async: false });
	else if ('asyncWork' in side) bench.add(side.name, side.asyncWork, { async: true });
	else bench.add(side.name, () => takeOwnTime(side.clocked), { async: true });
}

async function takeOwnTime(clocked: () => Promise<number>): Promise<FnReturnedObject> {
	const begun = performance.now();
	const overriddenDuration = await clocked();
	// The time budget of a round is spent by the whole call.
	return { overriddenDuration, overriddenIterationCost: performance.now() - begun };
}

function medianMs(bench: Bench, { name }: Timed): number {
	const result = bench.getTask(name)?.result;
	if (result?.state !== 'completed') throw new Error(`The measurement of "${name}" did not complete.`);
	return result.latency.p50;
}
