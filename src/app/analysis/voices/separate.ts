import type { Stretch } from '../../../audio/index.ts';
import { inTwo, squared, type TwoClusters } from './cluster.ts';
import { VOICE_SPACE } from './voice-space.ts';

/** A stretch of speech of one recording, and what it tells of whose voice it is. */
export interface VoiceUnit extends Stretch {
	/** As of VoicePrints; absent where the stretch is too short to tell. */
	readonly print: Float64Array | undefined;
}

/** Voice A is the one that speaks first. */
export type Voice = 'A' | 'B';

export interface VoiceSpan extends Stretch {
	readonly voice: Voice;
}

export type Separation =
	| {
			readonly status: 'separated';
			/** 0…1, how far apart the voices are; see {@link separateVoices}. */
			readonly confidence: number;
			readonly spans: readonly VoiceSpan[];
	  }
	| {
			readonly status: 'not-separated';
			readonly confidence: number;
			/** `one-voice`: the parts are too alike. `uneven`: all but some stray sounds are alike. `short`: too little speech. */
			readonly reason: 'one-voice' | 'uneven' | 'short';
	  };

/**
 * Two voices lie at least this far apart, and further than each spreads. Measured on calls of twelve clips a voice
 * (docs/calls.md): of two RAVDESS actors in all emotions 28 % are told apart, with 2.4 % of the clips given to the wrong
 * one, of two of nEMO's 44 % with 0.6 %; one RAVDESS actor, whose extremes are those of the stage, is taken for two in
 * 7 %, one of nEMO's in none.
 */
const GAP = 7.5;
const GAP_TO_SPREAD = 1.6;
/** A voice with less than this share of the speech may as well be the other's shouting. */
const LEAST_SHARE = 0.2;
const FEWEST_UNITS = 6;
/** A stretch this long has its full say. */
const FULL_MS = 1500;
/** In the units of the space: what it takes for the voice to change from one stretch to the next … */
const SWITCH_COST = 1.5;
/** … and when there is hardly a pause between them. */
const RUN_ON_COST = 5;
const RUN_ON_MS = 250;
/** The difference of squared distances is far too sure of itself: neighbouring frames say the same. */
const EVIDENCE = 0.15;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/**
 * Tells two voices of one channel apart: what speakers differ in (a linear projection of cepstra and pitch, learnt
 * from other speakers), two clusters of that, then the likeliest sequence (Viterbi, 1967) given that voices change
 * at pauses. It answers that there is but one, or that it cannot tell, rather than guess.
 *
 * @param units stretches of speech in order of time
 */
export function separateVoices(units: readonly VoiceUnit[]): Separation {
	const known = units.filter((unit) => unit.print !== undefined);
	if (known.length < FEWEST_UNITS) return { status: 'not-separated', confidence: 0, reason: 'short' };
	const points = known.map(({ print }) => projected(print as Float64Array));
	const weights = known.map(({ startMs, endMs }) => endMs - startMs);
	const clusters = inTwo(points, weights);
	if (!clusters) return { status: 'not-separated', confidence: 0, reason: 'one-voice' };
	// Half way at the gap that is asked for, full when the voices are twice as far apart.
	const confidence = Math.round(clamp(clusters.gap / (2 * GAP)) * 100) / 100;
	if (clusters.gap < GAP || clusters.gap < GAP_TO_SPREAD * clusters.spread)
		return { status: 'not-separated', confidence, reason: 'one-voice' };
	if (smallerShare(clusters, weights) < LEAST_SHARE) {
		return { status: 'not-separated', confidence: Math.min(confidence, 0.4), reason: 'uneven' };
	}
	const byUnit = new Map(known.map((unit, index) => [unit, points[index] as Float64Array]));
	const path = likeliestPath(units, (unit) => leaning(unit, byUnit.get(unit), clusters));
	const first = path[0];
	const spans = units.map(({ startMs, endMs }, index): VoiceSpan => {
		return { startMs, endMs, voice: path[index] === first ? 'A' : 'B' };
	});
	return { status: 'separated', confidence, spans };
}

function projected(print: Float64Array): Float64Array {
	const point = new Float64Array(VOICE_SPACE[0]?.length ?? 0);
	for (const [row, directions] of VOICE_SPACE.entries()) {
		for (let k = 0; k < point.length; k++)
			point[k] = (point[k] as number) + (print[row] as number) * (directions[k] as number);
	}
	return point;
}

function smallerShare({ labels }: TwoClusters, weights: readonly number[]): number {
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	const second = labels.reduce<number>((sum, label, index) => sum + label * (weights[index] as number), 0);
	return Math.min(second, total - second) / total;
}

/** How much a stretch speaks for the second voice rather than the first: negative for the first. */
function leaning({ startMs, endMs }: VoiceUnit, point: Float64Array | undefined, { centres }: TwoClusters): number {
	if (!point) return 0;
	const full = Math.min(1, (endMs - startMs) / FULL_MS);
	return (EVIDENCE * full * (squared(point, centres[0]) - squared(point, centres[1]))) / 2;
}

/** The sequence of voices that has the most for it, changes of voice counted against it. */
function likeliestPath(units: readonly VoiceUnit[], lean: (unit: VoiceUnit) => number): (0 | 1)[] {
	let scores: [number, number] = [0, 0];
	const from: [0 | 1, 0 | 1][] = [];
	for (const [index, unit] of units.entries()) {
		const before = units[index - 1];
		const cost = !before ? 0 : unit.startMs - before.endMs < RUN_ON_MS ? RUN_ON_COST : SWITCH_COST;
		const [stayFirst, staySecond] = [scores[0] >= scores[1] - cost, scores[1] >= scores[0] - cost];
		from.push([stayFirst ? 0 : 1, staySecond ? 1 : 0]);
		const leans = lean(unit);
		scores = [Math.max(scores[0], scores[1] - cost) - leans, Math.max(scores[1], scores[0] - cost) + leans];
	}
	const path: (0 | 1)[] = [];
	let at: 0 | 1 = scores[1] > scores[0] ? 1 : 0;
	for (let index = units.length - 1; index >= 0; index--) {
		path[index] = at;
		at = (from[index] as [0 | 1, 0 | 1])[at];
	}
	return path;
}
