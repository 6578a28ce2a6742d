import { quantile } from '../harness/statistics.ts';
import type { Outage } from './faults.ts';
import { isRecovered, type Match, match, placed, zerosOf } from './matching.ts';
import { memoryTrend, type Usage } from './process-usage.ts';
import { barsOf, type Percentiles, type SoakReport } from './report.ts';
import type { Findings, SoakOptions } from './soak.ts';
import type { Said } from './talker.ts';

/** The defaults of `segmenter.endMs`, less what `segmenter.padMs` counts of it as speech. */
const HANGOVER_MS = 500 - 60;
/** All members share a process, which the keys of large groups keep busy; a link may stall for so long, too. */
const LONGEST_STALL_MS = 1000;
const MISSES_OF_A_DEAD_STREAM = 3;

/** Makes a report of what a soak found. */
export function assess(
	{ minutes, members, faults, seed }: Omit<SoakOptions, 'signal' | 'onProgress'>,
	findings: Findings,
): SoakReport {
	const { said, hearing, consents, outages, link, usage } = findings;
	const { utterances } = hearing;
	const zeros = zerosOf(said, utterances);
	const consented = said.filter(
		({ speakerId, fromMs, untilMs, isOnLink }) => isOnLink && consents.must(speakerId, fromMs, untilMs),
	);
	const [interrupted, reachable] = split(consented, (each) => outages.some((outage) => meets(each, outage)));
	const [stalled, sent] = split(reachable, ({ stalledMs }) => stalledMs > LONGEST_STALL_MS);
	const foundAmong = (some: readonly Said[]) => ({
		said: some.length,
		found: match(some, utterances, zeros).filter((each) => each.errors).length,
	});
	const matches = match(sent, utterances, zeros);
	const found = matches.filter(({ errors }) => errors !== undefined);
	const recovered = matches.filter(isRecovered);
	const wrongUtterances = utterances.filter(
		(event) => !consents.may(event.speakerId, placed(event, zeros).startMs, event.at),
	);
	const errors = (boundary: 'startMs' | 'endMs') => found.map((each) => Math.abs(each.errors?.[boundary] ?? 0));
	const telling = found.flatMap(({ said: { speakerId, endMs } }) => {
		const event = utterances.find((each) => each.speakerId === speakerId && each.at > endMs);
		return event ? [event.at - endMs - HANGOVER_MS] : [];
	});
	const report = {
		schemaVersion: 1 as const,
		minutes,
		members,
		faults,
		seed,
		inference: 'the shipped model',
		sent: sent.length,
		recovered: recovered.length,
		recoveredShare: sent.length === 0 ? 0 : round(recovered.length / sent.length, 4),
		found: found.length,
		classified: hearing.classified,
		boundaryErrorMs:
			found.length === 0 ? null : { start: percentiles(errors('startMs')), end: percentiles(errors('endMs')) },
		interrupted: foundAmong(interrupted),
		stalled: foundAmong(stalled),
		wronglyHeard: wrongUtterances.length + hearing.wrong.judgements + hearing.wrong.counts,
		wrong: { utterances: wrongUtterances.length, ...hearing.wrong },
		unconsented: said.filter((each) => !consents.may(each.speakerId, each.fromMs, each.untilMs)).length,
		deadStreams: deadStreams(matches),
		alarms: hearing.alarms,
		outages: outages.map(({ cause, fromMs, untilMs }) => ({
			cause: String(cause),
			durationMs: Math.round(untilMs - fromMs),
		})),
		transitions: findings.transitions,
		tellingDelayMs: telling.length === 0 ? null : percentiles(telling),
		addedDelayMs: percentilesOrNull(link.addedDelaysMs()),
		packets: hearing.packets,
		memory: memoryOf(usage),
		cpu: cpuOf(usage, hearing.packets['heard'] ?? 0),
	};
	return { ...report, bars: barsOf(report) };
}

/** Members of whom so many utterances in a row were missed, or all since some time until the end. */
function deadStreams(matches: readonly Match<Said>[]): number {
	const bySpeaker = Map.groupBy(matches, ({ said }) => said.speakerId);
	return [...bySpeaker.values()].filter((each) => {
		const inOrder = each.toSorted((one, other) => one.said.fromMs - other.said.fromMs);
		let missed = 0;
		let most = 0;
		for (const { errors } of inOrder) {
			missed = errors ? 0 : missed + 1;
			most = Math.max(most, missed);
		}
		return most >= MISSES_OF_A_DEAD_STREAM || most === inOrder.length;
	}).length;
}

const meets = (said: Said, { fromMs, untilMs }: Outage): boolean =>
	untilMs > fromMs && said.fromMs < untilMs && said.untilMs > fromMs;

function split<T>(values: readonly T[], fits: (value: T) => boolean): [T[], T[]] {
	return [values.filter(fits), values.filter((value) => !fits(value))];
}

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

const percentilesOrNull = (values: readonly number[]): Percentiles | null =>
	values.length === 0 ? null : percentiles(values);

const percentiles = (values: readonly number[]): Percentiles => ({
	p50: round(quantile(values, 0.5)),
	p95: round(quantile(values, 0.95)),
	p99: round(quantile(values, 0.99)),
	max: round(quantile(values, 1)),
});

function memoryOf(usage: readonly Usage[]): SoakReport['memory'] {
	const [first, last] = [usage[0], usage.at(-1)];
	if (!first || !last) return null;
	const trend = memoryTrend(usage, first.atMs);
	return {
		startMiB: round(first.residentMiB),
		atEndMiB: round(trend?.atEndMiB ?? last.residentMiB),
		peakMiB: round(Math.max(...usage.map(({ residentMiB }) => residentMiB))),
		at5MinMiB: trend ? round(trend.at5MinMiB) : null,
		growthMiB: trend ? round(trend.growthMiB) : null,
		slopeMiBPerMin: trend ? round(trend.slopeMiBPerMin, 2) : null,
	};
}

function cpuOf(usage: readonly Usage[], heard: number): SoakReport['cpu'] {
	const [first, last] = [usage[0], usage.at(-1)];
	if (!first || !last || last.atMs === first.atMs || heard === 0) return null;
	const cpuMs = last.cpuMs - first.cpuMs;
	return {
		cores: round(cpuMs / (last.atMs - first.atMs), 3),
		microsecondsPerPacket: round((cpuMs * 1000) / heard),
	};
}
