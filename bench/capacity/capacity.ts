import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine } from '../harness/machine.ts';
import { quantile } from '../harness/statistics.ts';
import { measureFloors } from './floors.ts';
import { fitted, latenciesMs } from './latency.ts';
import { totalOf } from './process-threads.ts';
import type { CapacityReport, Step } from './report.ts';
import { readProfile, sharesOf } from './stages.ts';
import { type Measured, Trial } from './trial.ts';

export interface CapacityOptions {
	/** Most speakers at once. */
	readonly most: number;
	/** How long each number of speakers is watched. */
	readonly seconds: number;
	/** The 95th percentile that ends it. */
	readonly limitMs: number;
	/** Of a long run at the end; 0 for none. */
	readonly minutes: number;
	readonly signal: AbortSignal;
	onStep(step: Step): void;
	onProgress(line: string): void;
}

/** Packets that leave this late make the latency, whatever the bot does. */
const LATE_MS = 100;
/** The simulated Discord has one event loop: from here on it cannot keep up. */
const SATURATED_CORES = 0.85;
/** What is profiled, spread over channels and heard without partial results. */
const USUAL_SPEAKERS = 8;
const PROFILED = [1, 4, 8, 16];
const CHANNELS = [1, 2, 4, 8];
/** What the parts of a long run are. */
const PART_MS = 60_000;
const MS_PER_HOUR = 3_600_000;

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

export function stepOf(measured: Measured): Step {
	const { speakers, conversation, cpu, measuringCpuMs, wallMs, speechS, residentMiB, partials } = measured;
	const latencies = latenciesMs(measured);
	const at = (share: number): number => Math.round(quantile(latencies, share));
	const perSpeechS = (ms: number): number => round(ms / speechS, 2);
	return {
		speakers,
		speechS: round(speechS),
		turns: conversation.turns.length,
		answered: latencies.length,
		latencyMs: latencies.length === 0 ? null : { p50: at(0.5), p95: at(0.95), p99: at(0.99) },
		cores: round(totalOf(cpu) / wallMs, 4),
		msPerSpeechS: {
			total: perSpeechS(totalOf(cpu)),
			main: perSpeechS(cpu.main),
			model: perSpeechS(cpu.model),
			helpers: perSpeechS(cpu.helpers),
		},
		residentMiB: round(residentMiB),
		partials,
		measuring: { lateP95Ms: conversation.lateMs.p95, cores: round(measuringCpuMs / wallMs, 3) },
	};
}

/** Real simulated speakers in real time through the whole bot, more and more of them, and what each costs. */
export async function measureCapacity(options: CapacityOptions): Promise<CapacityReport> {
	const { most, seconds, limitMs, minutes, signal, onProgress } = options;
	const machine = await describeMachine();
	const { measured, endedBy } = await ramp(options);
	const steps = measured.map(stepOf);
	const speakers = Math.min(USUAL_SPEAKERS, most);
	onProgress('the same without partial results, and in more channels');
	const partials = await partialCost(speakers, options);
	const channels = await channelCosts(speakers, options);
	onProgress('under the profiler');
	const stages = await stageShares(
		PROFILED.filter((each) => each <= (steps.at(-1)?.speakers ?? 1)),
		seconds,
		signal,
	);
	if (minutes > 0) onProgress(`${minutes} minutes with ${speakers} speakers`);
	const hours = minutes > 0 ? await hourly(speakers, minutes, signal) : null;
	onProgress('the floors');
	const floors = await measureFloors();
	const cost = fitted(measured.map(({ cpu, wallMs, speechS }) => [(speechS * 1000) / wallMs, totalOf(cpu) / wallMs]));
	const memory = fitted(measured.map((each) => [each.speakers, each.residentMiB]));
	const msPerSpeechS = cost.slope * 1000;
	return {
		schemaVersion: 1,
		at: new Date().toISOString(),
		machine,
		limitMs,
		steps,
		endedBy,
		cost: { slope: round(msPerSpeechS, 2), intercept: round(cost.intercept, 4), share: round(cost.share, 3) },
		speakersPerCore: Math.floor((1 - cost.intercept) / cost.slope),
		memory: { slope: round(memory.slope, 2), intercept: round(memory.intercept), share: round(memory.share, 3) },
		stages,
		channels,
		perChannel: {
			ms: round(fitted(channels.map((each) => [each.channels, each.msPerSpeechS])).slope, 2),
			mib: round(fitted(channels.map((each) => [each.channels, each.residentMiB])).slope, 2),
		},
		partials,
		hours,
		floors: {
			packetsMs: round(floors.packetsMs, 2),
			modelMs: round(floors.modelMs, 2),
			ratio: round(msPerSpeechS / (floors.packetsMs + floors.modelMs), 2),
		},
	};
}

async function ramp({ most, seconds, limitMs, signal, onStep }: CapacityOptions) {
	await using trial = await Trial.open({ speakers: most, signal });
	const measured: Measured[] = [];
	// What was sent late says nothing of the latency; what it cost counts all the same.
	let isLate = false;
	for (let speakers = 1; speakers <= most; speakers *= 2) {
		signal.throwIfAborted();
		const each = await trial.measure(speakers, seconds * 1000);
		const step = stepOf(each);
		measured.push(each);
		onStep(step);
		isLate = step.measuring.lateP95Ms > LATE_MS;
		if (step.measuring.cores > SATURATED_CORES) return { measured, endedBy: 'measuring' as const };
		if (!isLate && (step.latencyMs?.p95 ?? 0) > limitMs) return { measured, endedBy: 'limit' as const };
	}
	return { measured, endedBy: isLate ? ('measuring' as const) : ('most' as const) };
}

type Conditions = Pick<CapacityOptions, 'seconds' | 'signal'>;

/** In turn twice, since the machine may change its mind meanwhile. */
async function partialCost(speakers: number, { seconds, signal }: Conditions): Promise<CapacityReport['partials']> {
	const costs = { with: 0, without: 0 };
	for (const side of ['with', 'without', 'without', 'with'] as const) {
		const environment = side === 'with' ? {} : { SES_SEGMENTER__PARTIAL_EVERY_MS: '0' };
		await using trial = await Trial.open({ speakers, environment, signal });
		const { cpu, speechS } = await trial.measure(speakers, seconds * 1000);
		costs[side] += totalOf(cpu) / speechS / 2;
	}
	return {
		speakers,
		withMs: round(costs.with, 2),
		withoutMs: round(costs.without, 2),
		extraShare: round(costs.with / costs.without - 1, 3),
	};
}

async function channelCosts(speakers: number, { seconds, signal }: Conditions): Promise<CapacityReport['channels']> {
	const costs: CapacityReport['channels'] = [];
	for (const channels of CHANNELS.filter((each) => each <= speakers)) {
		await using trial = await Trial.open({ speakers, channels, signal });
		const { cpu, speechS, residentMiB } = await trial.measure(speakers, seconds * 1000);
		costs.push({
			channels,
			speakers,
			msPerSpeechS: round(totalOf(cpu) / speechS, 2),
			residentMiB: round(residentMiB),
		});
	}
	return costs;
}

async function stageShares(
	counts: readonly number[],
	seconds: number,
	signal: AbortSignal,
): Promise<CapacityReport['stages']> {
	const folder = await mkdtemp(join(tmpdir(), 'ses-profile-'));
	try {
		const environment = { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` };
		const windows: [number, Measured['windowUs']][] = [];
		{
			await using trial = await Trial.open({ speakers: Math.max(...counts), environment, signal });
			for (const speakers of counts) {
				windows.push([speakers, (await trial.measure(speakers, seconds * 1000)).windowUs]);
			}
		}
		const profile = await readProfile(folder);
		return windows.map(([speakers, window]) => ({ speakers, shares: sharesOf(profile, window) }));
	} finally {
		await rm(folder, { recursive: true });
	}
}

async function hourly(speakers: number, minutes: number, signal: AbortSignal): Promise<CapacityReport['hours']> {
	await using trial = await Trial.open({ speakers, signal });
	const begun = performance.now();
	const cores: [number, number][] = [];
	const memory: [number, number][] = [];
	while (performance.now() - begun < minutes * 60_000) {
		const { cpu, wallMs, residentMiB } = await trial.measure(speakers, PART_MS);
		const hours = (performance.now() - begun) / MS_PER_HOUR;
		cores.push([hours, totalOf(cpu) / wallMs]);
		memory.push([hours, residentMiB]);
	}
	return { minutes, coresPerHour: round(fitted(cores).slope, 4), mibPerHour: round(fitted(memory).slope) };
}
