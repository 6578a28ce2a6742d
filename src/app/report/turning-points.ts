import type { HeatState } from '../../domain/index.ts';
import { changesOf } from './heat.ts';
import type { HeatPoint, ReportUtterance, TurningPoint, TurningPointKind } from './model.ts';

/** Utterances on either side that a change of mood must show in. */
const AROUND = 4;
/** They must not lie further off than this. */
const WITHIN_MS = 90_000;
/** A change of mean valence by less is within what one voice varies by. */
const SHIFT = 0.35;
/** Two changes of mood nearer than this are one. */
const APART_MS = 30_000;
const MOST_SHIFTS = 8;

const KINDS: Readonly<Record<HeatState, TurningPointKind>> = {
	warm: 'heats-up',
	hot: 'hot',
	cooling: 'cools-down',
	calm: 'calm-again',
};

/** Where the tension changed its state, and where the mood of a party shifted and stayed so for some utterances. */
export function turningPointsOf(utterances: readonly ReportUtterance[], heat: readonly HeatPoint[]): TurningPoint[] {
	const heated = heatChanges(utterances, heat);
	const parties = [...new Set(utterances.map(({ party }) => party))];
	const shifts = parties
		.flatMap((party) => shiftsOf(utterances.filter((each) => each.party === party)))
		.filter((shift) => heated.every((change) => Math.abs(change.atMs - shift.atMs) > APART_MS / 2))
		.sort((a, b) => sizeOf(b) - sizeOf(a))
		.slice(0, MOST_SHIFTS);
	return [...heated, ...shifts].sort((a, b) => a.atMs - b.atMs);
}

function heatChanges(utterances: readonly ReportUtterance[], heat: readonly HeatPoint[]): TurningPoint[] {
	const changes = changesOf(heat);
	return changes.flatMap(({ point }, index) => {
		const next = changes[index + 1]?.point;
		// On its way from warm to hot at once: one point is enough.
		if (point.state === 'warm' && next?.state === 'hot' && next.atMs - point.atMs < APART_MS / 2) return [];
		const last = utterances.findLastIndex(({ endMs }) => endMs <= point.atMs);
		const basis = utterances.slice(Math.max(0, last - AROUND + 1), last + 1);
		return [
			{
				atMs: utterances[last]?.startMs ?? point.atMs,
				kind: KINDS[point.state],
				party: utterances[last]?.party ?? '',
				score: point.score,
				confidence: meanConfidence(basis),
			},
		];
	});
}

function shiftsOf(all: readonly ReportUtterance[]): TurningPoint[] {
	const sure = all.filter(({ label }) => label !== 'unsure');
	const candidates = sure.flatMap((utterance, index): TurningPoint[] => {
		const before = sure.slice(Math.max(0, index - AROUND), index);
		const after = sure.slice(index, index + AROUND);
		const first = before[0];
		const last = after.at(-1);
		if (before.length < AROUND || after.length < AROUND || !first || !last) return [];
		if (last.endMs - first.startMs > 2 * WITHIN_MS) return [];
		const valence = { before: meanValence(before), after: meanValence(after) };
		const change = valence.after - valence.before;
		if (Math.abs(change) < SHIFT) return [];
		const kind = change > 0 ? 'mood-rises' : 'mood-falls';
		const confidence = meanConfidence([...before, ...after]);
		return [{ atMs: utterance.startMs, kind, party: utterance.party, valence, confidence }];
	});
	const kept: TurningPoint[] = [];
	for (const candidate of candidates.sort((a, b) => sizeOf(b) - sizeOf(a))) {
		if (kept.every(({ atMs }) => Math.abs(atMs - candidate.atMs) >= APART_MS)) kept.push(candidate);
	}
	return kept;
}

const sizeOf = ({ valence }: TurningPoint): number => (valence ? Math.abs(valence.after - valence.before) : 0);

function meanValence(utterances: readonly ReportUtterance[]): number {
	let [sum, weight] = [0, 0];
	for (const { startMs, endMs, valence, confidence } of utterances) {
		const own = (endMs - startMs) * confidence;
		sum += valence * own;
		weight += own;
	}
	return weight === 0 ? 0 : Math.round((sum / weight) * 100) / 100;
}

const meanConfidence = (utterances: readonly ReportUtterance[]): number =>
	utterances.length === 0
		? 0
		: Math.round((utterances.reduce((sum, { confidence }) => sum + confidence, 0) / utterances.length) * 100) / 100;
