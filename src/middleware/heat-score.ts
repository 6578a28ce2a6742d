import type { Reason } from '../domain/index.ts';
import type { Turn } from './turns.ts';

export interface HeatScore {
	/** 0…1 */
	readonly score: number;
	/** How many members spoke in anger. */
	readonly contributors: number;
	/** Line by line what makes up the score. */
	readonly reasons: readonly Reason[];
	/** Whether all is there without which a channel is not hot: sustained anger, negative valence, a rise. */
	readonly evident: boolean;
	/** Whether the talk of late is angrier than is usual in this session at all. */
	readonly elevated: boolean;
}

/** A turn with at least this much anger is an angry one. */
const ANGRY = 0.5;
/** Anger is sustained from this many angry turns on; fewer may be a single loud word. */
const SUSTAINED_TURNS = 3;
/** After this long a turn counts half: a quarrel that has ended should not weigh for a whole minute. */
const HALF_LIFE_MS = 20_000;
/** What {@link SUSTAINED_TURNS} turns weigh when they follow each other as they do in a quarrel. */
const SUSTAINED_WEIGHT = 2.2;
/** A mean valence at or below this is clearly negative. */
const NEGATIVE_VALENCE = -0.2;
/** Anger this far above the session's baseline is a rise. */
const RISE = 0.1;
const MOST = { sustained: 0.45, valence: 0.2, trend: 0.2, speakers: 0.15 } as const;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** To the hundredth, as the points are: a sum of binary fractions may miss a threshold by a hair. */
const sumOf = (reasons: readonly Reason[]): number =>
	clamp(Math.round(reasons.reduce((sum, { points }) => sum + points, 0) * 100) / 100);

const weightedMean = (turns: readonly Turn[], value: (turn: Turn) => number): number => {
	const total = turns.reduce((sum, turn) => sum + turn.durationMs, 0);
	return total === 0 ? 0 : turns.reduce((sum, turn) => sum + value(turn) * turn.durationMs, 0) / total;
};

/**
 * How heated the turns of the last minute are, as a sum of reasons that a moderator can read.
 *
 * Anger is not loudness, so level does not occur; a single outburst cannot carry the score far, and
 * only what exceeds the session's own `baseline` counts as a rise.
 *
 * @param turns the turns within the window, oldest first
 * @param baseline mean anger of the session, 0…1
 * @param now the time to which the turns are weighed, on their own clock
 */
export function scoreHeat(turns: readonly Turn[], baseline: number, now: number): HeatScore {
	const weigh = (some: readonly Turn[]): number =>
		some.reduce((sum, turn) => sum + 0.5 ** (Math.max(0, now - turn.at) / HALF_LIFE_MS), 0);
	const angry = turns.filter((turn) => turn.anger >= ANGRY);
	const speakers = new Set(angry.map((turn) => turn.speakerId));
	const reasons: Reason[] = [];
	const add = (code: Reason['code'], points: number, text: string): void => {
		if (points > 0.005) reasons.push({ code, points: Math.round(points * 100) / 100, text });
	};

	const weight = weigh(angry);
	// How much anger there is, and how much of the talk it makes up: two of three turns are plenty.
	const sustained = weight === 0 ? 0 : clamp(weight / SUSTAINED_WEIGHT) * clamp((1.5 * weight) / weigh(turns));
	add('sustained-anger', MOST.sustained * sustained, `${angry.length} of ${turns.length} turns sounded angry`);

	const recent = turns.slice(-2 * SUSTAINED_TURNS);
	const valence = weightedMean(recent, (turn) => turn.valence);
	const riseOf = (some: readonly Turn[]): number => weightedMean(some, (turn) => turn.anger) - baseline;
	const rise = riseOf(recent.slice(-SUSTAINED_TURNS));
	if (angry.length >= 2) {
		const negative = clamp((NEGATIVE_VALENCE - valence) / 0.4 + 0.25);
		if (valence <= NEGATIVE_VALENCE) {
			add('negative-valence', MOST.valence * negative, `valence is −${Math.abs(valence).toFixed(2)}`);
		}
		add(
			'rising-trend',
			MOST.trend * clamp(rise / 0.4),
			`anger is ${Math.round(rise * 100)} points above this session's usual`,
		);
		if (speakers.size > 1) {
			add('several-speakers', MOST.speakers * sustained, `${speakers.size} members are part of it`);
		} else if (angry.length >= SUSTAINED_TURNS) {
			add('dominant-speaker', (MOST.speakers / 2) * sustained, 'one member carries it alone');
		}
	}
	return {
		score: sumOf(reasons),
		contributors: speakers.size,
		reasons,
		evident: angry.length >= SUSTAINED_TURNS && valence <= NEGATIVE_VALENCE && rise >= RISE,
		// Over more turns than a rise, so that one calm sentence amid a quarrel does not end it.
		elevated: riseOf(recent) >= RISE,
	};
}

/**
 * The same, but below `limit`: every reason keeps its share of what is left of the score, so that the
 * lines still sum up to it.
 */
export function keptBelow(heat: HeatScore, limit: number): HeatScore {
	if (heat.score < limit) return heat;
	const share = Math.max(0, limit - 0.01) / heat.score;
	const reasons = heat.reasons
		.map((reason) => ({ ...reason, points: Math.floor(reason.points * share * 100) / 100 }))
		.filter(({ points }) => points > 0);
	return { ...heat, reasons, score: sumOf(reasons) };
}
