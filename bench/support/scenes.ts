import { FRAME_MS, FRAME_SAMPLES, type Frame, powerOf, powerToDb } from '../../src/audio/index.ts';
import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import { type Prng, seededPrng } from '../../src/sim/index.ts';
import { quantile } from '../harness/index.ts';
import type { Span } from './endpointing.ts';
import { type Noise, noiseOf } from './noises.ts';
import { speechOf } from './speech.ts';

const SAMPLES = new URL('../../samples/', import.meta.url);
const CORPORA = ['ravdess', 'crema-d', 'emo-db', 'nemo'];

/**
 * What lies further below the loud frames of a recording is cut off at either end. Where the strictest of these finds
 * an edge elsewhere than the mildest, nobody can say where speech begins or ends, and the recording is left out.
 */
const EDGES_DB = [25, 30, 35];
const CLEAR_MS = 100;
/** So that every one is an utterance for both, and none is split. */
const [SHORTEST_MS, LONGEST_MS, LONGEST_PAUSE_MS] = [800, 5000, 300];
/** Recordings that are looked at for each utterance: most of them have a pause, or noise of their own. */
const READ_FOR_EACH = 10;
/** Root mean square of every clip. */
const LEVEL_DB = -28;
const FADE_SAMPLES = SAMPLE_RATE_HZ / 200;
const [SHORTEST_GAP_MS, LONGEST_GAP_MS] = [1500, 3500];
const FULL_SCALE = 32_768;

/** Recordings that begin and end with speech, so that where they are put is where an utterance lies. */
export interface Voices {
	readonly speakers: readonly Int16Array[];
	/** Other recordings, for those who speak behind them. */
	readonly others: readonly Int16Array[];
}

/** A stream in which it is known when somebody speaks. */
export interface Scene {
	readonly name: string;
	readonly truth: readonly Span[];
	/** The whole; zeros where nothing was sent. */
	readonly pcm: Int16Array;
	/** The same as packets: without a background, nothing is sent between the utterances. */
	readonly frames: readonly Frame[];
}

/** The recording from its first to its last sound, if it is one utterance of usual length with clear edges. */
function edged(clip: Int16Array): Int16Array | undefined {
	const levels = Array.from({ length: Math.floor(clip.length / FRAME_SAMPLES) }, (_, index) =>
		powerToDb(powerOf(clip.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES))),
	);
	const loudDb = quantile(levels, 0.95);
	// The room that it was recorded in must be quieter than any edge.
	if (quantile(levels, 0.05) > loudDb - Math.max(...EDGES_DB)) return undefined;
	const edges = EDGES_DB.map((belowDb) => soundsOf(levels, loudDb - belowDb));
	const { first, last, longestGap } = edges[1] as Sounds;
	const isClear = edges.every(
		(other) => Math.max(Math.abs(other.first - first), Math.abs(other.last - last)) * FRAME_MS <= CLEAR_MS,
	);
	const durationMs = (last + 1 - first) * FRAME_MS;
	const isUsual = durationMs >= SHORTEST_MS && durationMs <= LONGEST_MS && longestGap * FRAME_MS <= LONGEST_PAUSE_MS;
	return isClear && isUsual ? clip.slice(first * FRAME_SAMPLES, (last + 1) * FRAME_SAMPLES) : undefined;
}

/** In frames: the first and the last that are loud enough, and how far apart two of them are at most. */
interface Sounds {
	readonly first: number;
	readonly last: number;
	readonly longestGap: number;
}

function soundsOf(levels: readonly number[], limitDb: number): Sounds {
	const loud = levels.flatMap((levelDb, index) => (levelDb >= limitDb ? [index] : []));
	const longestGap = Math.max(...loud.map((frame, index) => frame - (loud[index - 1] ?? frame)));
	return { first: loud[0] as number, last: loud.at(-1) as number, longestGap };
}

/** @param each utterances of each corpus; as many again speak behind them */
export async function readVoices(each: number): Promise<Voices> {
	const speakers: Int16Array[] = [];
	const others: Int16Array[] = [];
	for (const corpus of CORPORA) {
		const clips = (await speechOf(new URL(`${corpus}/`, SAMPLES), READ_FOR_EACH * each)).flatMap(
			(clip) => edged(clip) ?? [],
		);
		// In turn, so that both have voices of all speakers.
		for (const [index, clip] of clips.slice(0, 2 * each).entries()) (index % 2 === 0 ? speakers : others).push(clip);
	}
	return { speakers, others };
}

/** Each at the same level, with a pause before and after, and the background under the whole. */
export async function sceneOf({ speakers, others }: Voices, noise?: Noise, snrDb = 0): Promise<Scene> {
	const draw = seededPrng(11);
	const truth: Span[] = [];
	let atMs = gapMs(draw);
	for (const clip of speakers) {
		const endMs = atMs + (clip.length * 1000) / SAMPLE_RATE_HZ;
		truth.push({ startMs: atMs, endMs });
		atMs = endMs + gapMs(draw);
	}
	const samples = Math.ceil(atMs / FRAME_MS) * FRAME_SAMPLES;
	const mixed = new Float32Array(samples);
	for (const [index, clip] of speakers.entries()) {
		mix(mixed, ((truth[index] as Span).startMs * SAMPLE_RATE_HZ) / 1000, faded(clip), LEVEL_DB);
	}
	if (noise) mix(mixed, 0, await noiseOf(noise, samples, others, draw), LEVEL_DB - snrDb);
	const pcm = Int16Array.from(mixed, (value) => Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, Math.round(value))));
	return { name: noise ? `${noise} at ${snrDb} dB` : 'silence', truth, pcm, frames: framesOf(pcm) };
}

/** In whole frames, as what is sent is. */
const gapMs = (draw: Prng): number =>
	FRAME_MS * Math.round((SHORTEST_GAP_MS + (LONGEST_GAP_MS - SHORTEST_GAP_MS) * draw()) / FRAME_MS);

/** Without the click of a sudden edge. */
function faded(clip: Int16Array): Float32Array {
	const out = Float32Array.from(clip);
	for (let index = 0; index < FADE_SAMPLES; index++) {
		const gain = index / FADE_SAMPLES;
		const last = out.length - 1 - index;
		out[index] = (out[index] as number) * gain;
		out[last] = (out[last] as number) * gain;
	}
	return out;
}

/** Adds a sound with the given root mean square, dBFS, over its whole length. */
function mix(into: Float32Array, at: number, sound: Float32Array, levelDb: number): void {
	const power = sound.reduce((sum, value) => sum + value * value, 0) / sound.length;
	if (!(power > 0)) throw new RangeError('A silent sound has no level.');
	const gain = (FULL_SCALE * 10 ** (levelDb / 20)) / Math.sqrt(power);
	for (const [index, value] of sound.entries()) into[at + index] = (into[at + index] as number) + gain * value;
}

function framesOf(pcm: Int16Array): Frame[] {
	return Array.from({ length: pcm.length / FRAME_SAMPLES }, (_, index) => {
		const frame = pcm.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES);
		return { pcm: frame.some((value) => value !== 0) ? frame : null };
	});
}
