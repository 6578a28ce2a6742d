import type { HeatState } from '../../src/domain/index.ts';
import type { Played } from './play.ts';
import type { Scenario, ScenarioSet } from './script.ts';

/** A warning counts when it comes within this time of the onset. */
const IN_TIME_MS = 30_000;
const HOUR_MS = 3_600_000;

export interface Outcome {
	readonly name: string;
	readonly about: string;
	readonly set: ScenarioSet;
	readonly durationMs: number;
	/** When a quarrel begins, if any does. */
	readonly onsetMs?: number;
	readonly utterances: number;
	readonly states: readonly { readonly atMs: number; readonly state: HeatState; readonly score: number }[];
	readonly peak: number;
	readonly alertsAtMs: readonly number[];
	/** From onset to the first warning. */
	readonly delayMs?: number;
	/** Of a quarrel: found in time. */
	readonly found?: boolean;
	/** Warnings without a quarrel, or before it. */
	readonly falseAlarms: number;
	/** Whether it ended in a state in which it may. */
	readonly endedWell: boolean;
}

export interface Totals {
	readonly scenarios: number;
	readonly quarrels: number;
	readonly foundInTime: number;
	/** 0…1 */
	readonly foundShare: number;
	readonly peacefulHours: number;
	readonly falseAlarms: number;
	readonly falseAlarmsPerHour: number;
	readonly medianDelayMs: number | null;
}

export function outcomeOf(scenario: Scenario, { utterances, heat, alerts }: Played): Outcome {
	const { name, about, set, durationMs, onsetMs, endsIn } = scenario;
	const alertsAtMs = alerts.map(({ atMs }) => atMs);
	const first = onsetMs === undefined ? undefined : alertsAtMs.find((atMs) => atMs >= onsetMs);
	const delayMs = first === undefined || onsetMs === undefined ? undefined : first - onsetMs;
	const last = heat.at(-1)?.state ?? 'calm';
	return {
		name,
		about,
		set,
		durationMs,
		...(onsetMs !== undefined && { onsetMs, found: delayMs !== undefined && delayMs <= IN_TIME_MS }),
		utterances,
		states: heat
			.filter(({ state }, index) => state !== heat[index - 1]?.state)
			.map(({ atMs, state, score }) => ({ atMs, state, score })),
		peak: heat.reduce((most, { score }) => Math.max(most, score), 0),
		alertsAtMs,
		...(delayMs !== undefined && { delayMs }),
		falseAlarms: alertsAtMs.filter((atMs) => onsetMs === undefined || atMs < onsetMs).length,
		endedWell: endsIn?.includes(last) ?? true,
	};
}

export function totalsOf(outcomes: readonly Outcome[]): Totals {
	const quarrels = outcomes.filter(({ found }) => found !== undefined);
	const foundInTime = quarrels.filter(({ found }) => found).length;
	const peacefulMs = outcomes.reduce(
		(sum, { onsetMs, durationMs }) => sum + (onsetMs === undefined ? durationMs : 0),
		0,
	);
	const falseAlarms = outcomes.reduce((sum, outcome) => sum + outcome.falseAlarms, 0);
	const delays = quarrels.flatMap(({ delayMs }) => delayMs ?? []).sort((a, b) => a - b);
	return {
		scenarios: outcomes.length,
		quarrels: quarrels.length,
		foundInTime,
		foundShare: quarrels.length === 0 ? 1 : foundInTime / quarrels.length,
		peacefulHours: peacefulMs / HOUR_MS,
		falseAlarms,
		falseAlarmsPerHour: peacefulMs === 0 ? 0 : (falseAlarms * HOUR_MS) / peacefulMs,
		medianDelayMs: delays[delays.length >> 1] ?? null,
	};
}
