import type { Reason, ReasonCode } from '../domain/index.ts';
import type { Laugh, Turn } from './turns.ts';

export interface HeatScore {
	/** 0…1 */
	readonly score: number;
	/** Who spoke in anger. */
	readonly speakers: readonly string[];
	/** Line by line what makes up the score. */
	readonly reasons: readonly Reason[];
	/** Whether all is there without which a channel is not hot: sustained anger, negative valence, a rise, and company. */
	readonly evident: boolean;
	/** Whether the talk of late is angrier than is usual in this session at all. */
	readonly elevated: boolean;
}

/** What a score is made from: the last minute, and what is usual in the session. */
export interface Conversation {
	/** Oldest first. */
	readonly turns: readonly Turn[];
	readonly laughs: readonly Laugh[];
	/** Usual anger of the session, 0…1. */
	readonly usualAnger: number;
	/** Usual share of speech that others talk into, 0…1. */
	readonly usualOverlap: number;
}

/** A turn with at least this much anger is an angry one. */
const ANGRY = 0.5;
/** Anger is sustained from this many angry turns on; fewer may be a single loud word. */
const SUSTAINED_TURNS = 3;
/** One member alone has to have this much of the talk and to go on for so long: who is out of temper is no quarrel. */
const ALONE = { talk: 0.5, ms: 15_000 } as const;
/** What the model was undecided of is talk as well, and may have been angry. */
const UNDECIDED = 0.5;
/** A second member is part of it from this share of the anger on; less may be a mistake of the model. */
const COMPANY = 0.2;
/** After this long a turn counts half: a quarrel that has ended should not weigh for a whole minute. */
const HALF_LIFE_MS = 20_000;
/** What {@link SUSTAINED_TURNS} turns weigh when they follow each other as they do in a quarrel. */
const SUSTAINED_WEIGHT = 2.2;
/** A mean valence at or below this is clearly negative. */
const NEGATIVE_VALENCE = -0.2;
/** Anger this far above the session's baseline is a rise. */
const RISE = 0.1;
/** Anger beyond this is never taken for usual, however long it lasts: who quarrels for an hour quarrels still. */
const MOST_USUAL = 0.4;
/** Fresh laughs that take away the most. */
const MANY_LAUGHS = 2;
/** Shares of playful talk between which its weight grows: a happy word now and then takes nothing away. */
const PLAYFUL = { from: 0.15, to: 0.5 } as const;
/** Overlap is raised in full when it is this far above the usual. */
const RAISED_OVERLAP = 0.3;

const MOST = {
	sustained: 0.45,
	valence: 0.2,
	trend: 0.2,
	speakers: 0.15,
	overlap: 0.1,
	laughter: 0.5,
	play: 0.2,
} as const;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** To the hundredth, as the points are: a sum of binary fractions may miss a threshold by a hair. */
const sumOf = (reasons: readonly Reason[]): number =>
	clamp(hundredths(reasons.reduce((sum, { points }) => sum + points, 0)));

/** How far a probability speaks for a class: 0.35 not at all, 0.65 in full. */
const evidence = (probability: number): number => clamp((probability - 0.35) / 0.3);

const byDuration = (turns: readonly Turn[], value: (turn: Turn) => number): number => {
	let sum = 0;
	let total = 0;
	for (const turn of turns) {
		sum += value(turn) * turn.durationMs;
		total += turn.durationMs;
	}
	return total === 0 ? 0 : sum / total;
};

/** What angry turns weigh, together and for each speaker, and what share of all talk is theirs. */
function weighAnger(turns: readonly Turn[], decay: (at: number) => number) {
	const anger = new Map<string, number>();
	const talk = new Map<string, number>();
	let all = 0;
	let joy = 0;
	let talkMs = 0;
	for (const turn of turns) {
		talkMs += turn.durationMs;
		talk.set(turn.speakerId, (talk.get(turn.speakerId) ?? 0) + turn.durationMs);
		const weight = turn.count * decay(turn.at);
		all += turn.sure ? weight : UNDECIDED * weight;
		if (!turn.sure) continue;
		joy += weight * evidence(turn.joy);
		const angry = weight * evidence(turn.anger);
		if (angry > 0) anger.set(turn.speakerId, (anger.get(turn.speakerId) ?? 0) + angry);
	}
	let angry = 0;
	let most = { speakerId: '', weight: 0 };
	for (const [speakerId, weight] of anger) {
		angry += weight;
		if (weight > most.weight) most = { speakerId, weight };
	}
	return {
		angry,
		/** Share of it that is not the angriest member's. */
		others: angry === 0 ? 0 : (angry - most.weight) / angry,
		/** How much of the talk is the angriest member's. */
		dominance: talkMs === 0 ? 0 : (talk.get(most.speakerId) ?? 0) / talkMs,
		all,
		playful: all === 0 ? 0 : joy / all,
	};
}

/**
 * How heated the turns of the last minute are, as a sum of reasons that a moderator can read.
 *
 * Anger is not loudness, so level does not occur; a single outburst cannot carry the score far; only
 * what exceeds the session's own usual counts as a rise or as raised overlap; laughter and play take away.
 *
 * @param now on the clock of the turns
 */
export function scoreHeat({ turns: all, laughs, usualAnger, usualOverlap }: Conversation, now: number): HeatScore {
	const decay = (at: number): number => 0.5 ** (Math.max(0, now - at) / HALF_LIFE_MS);
	const weight = weighAnger(all, decay);
	const turns = all.filter(({ sure }) => sure);
	const angry = turns.filter((turn) => turn.anger >= ANGRY);
	const angryTurns = countOf(angry);
	const speakers = [...new Set(angry.map((turn) => turn.speakerId))];
	const reasons: Reason[] = [];
	const add = (code: ReasonCode, points: number, text: string): void => {
		if (Math.abs(points) > 0.005) reasons.push({ code, points: hundredths(points), text });
	};

	// How much anger there is, and how much of the talk it makes up: two of three turns are plenty.
	const share = weight.all === 0 ? 0 : clamp((1.5 * weight.angry) / weight.all);
	const sustained = angry.length === 0 ? 0 : clamp(weight.angry / SUSTAINED_WEIGHT) * share;
	const turnsSaid = `${Math.round(angryTurns)} of ${Math.round(countOf(turns))} turns sounded angry`;
	add('sustained-anger', MOST.sustained * sustained, turnsSaid);

	const recent = turns.slice(-2 * SUSTAINED_TURNS);
	const valence = byDuration(recent, (turn) => turn.valence);
	const riseOf = (some: readonly Turn[]): number =>
		byDuration(some, (turn) => turn.anger) - Math.min(usualAnger, MOST_USUAL);
	const rise = riseOf(recent.slice(-SUSTAINED_TURNS));
	const several = weight.others >= COMPANY;
	const angryMs = angry.reduce((sum, { durationMs }) => sum + durationMs, 0);
	const alone = !several && angryMs >= ALONE.ms && weight.dominance >= ALONE.talk;
	if (angryTurns >= 2) {
		const negative = clamp((NEGATIVE_VALENCE - valence) / 0.4 + 0.25);
		if (valence <= NEGATIVE_VALENCE) {
			add('negative-valence', MOST.valence * negative, `valence is −${Math.abs(valence).toFixed(2)}`);
		}
		const risen = `anger is ${Math.round(rise * 100)} points above this session's usual`;
		add('rising-trend', MOST.trend * clamp(rise / 0.4), risen);
		if (several) add('several-speakers', MOST.speakers * sustained, `${speakers.length} members are part of it`);
		else if (alone) add('dominant-speaker', (MOST.speakers / 2) * sustained, 'one member carries it alone');
		const overlap = byDuration(recent, (turn) => turn.overlap);
		const raised = clamp((overlap - usualOverlap) / RAISED_OVERLAP);
		add('overlap', MOST.overlap * raised * sustained, `${Math.round(overlap * 100)} % of it is said at the same time`);
	}
	const heated = reasons.reduce((sum, { points }) => sum + points, 0);
	const laughter = laughs.reduce((sum, laugh) => sum + laugh.weight * decay(laugh.at), 0) / MANY_LAUGHS;
	const play = (weight.playful - PLAYFUL.from) / (PLAYFUL.to - PLAYFUL.from);
	const [less, lesser] = takenFrom(heated, MOST.laughter * clamp(laughter), MOST.play * clamp(play));
	add('laughter', -less, `${laughs.length} times there was laughter`);
	add('play', -lesser, `${Math.round(weight.playful * 100)} % of the talk sounds playful`);
	return {
		score: sumOf(reasons),
		speakers,
		reasons,
		evident: angryTurns >= SUSTAINED_TURNS && valence <= NEGATIVE_VALENCE && rise >= RISE && (several || alone),
		// Over more turns than a rise, so that one calm sentence amid a quarrel does not end it.
		elevated: riseOf(recent) >= RISE,
	};
}

const countOf = (turns: readonly Turn[]): number => turns.reduce((sum, { count }) => sum + count, 0);

/** Of what is there no more can be taken than all: the lines have to sum up to the score. */
function takenFrom(heated: number, laughter: number, play: number): readonly [number, number] {
	const wanted = laughter + play;
	const share = wanted === 0 ? 0 : Math.min(1, Math.floor(heated * 100) / 100 / wanted);
	const floored = (points: number): number => Math.floor(points * share * 100) / 100;
	return [floored(laughter), floored(play)];
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
		.filter(({ points }) => points !== 0);
	return { ...heat, reasons, score: sumOf(reasons) };
}
