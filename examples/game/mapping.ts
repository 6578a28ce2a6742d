import { MOODS, type Mood } from './mood.ts';

/** What a mood asks of the game. Lengths are in heights of the picture. */
export interface Drive {
	/** Heights a second. */
	readonly speed: number;
	/** Rocks a second. */
	readonly rocks: number;
	/** Lights to pick up a second. */
	readonly lights: number;
	/** Beats a minute. */
	readonly tempo: number;
	/** How open the sound is: cutoff of a low-pass filter, hertz. */
	readonly cutoffHz: number;
	/** 0…1: notes of the melody that are played. */
	readonly busyness: number;
}

/**
 * Excitement makes it faster. Anger does not: a game that grew harder for those who are losing their temper would
 * heat them up, so it eases, slows down and leaves room to breathe.
 */
export const DRIVES: Readonly<Record<Mood, Drive>> = {
	neutral: { speed: 0.42, rocks: 0.55, lights: 0.7, tempo: 84, cutoffHz: 1400, busyness: 0.45 },
	serene: { speed: 0.32, rocks: 0.32, lights: 0.9, tempo: 68, cutoffHz: 1100, busyness: 0.3 },
	playful: { speed: 0.66, rocks: 1, lights: 1.2, tempo: 116, cutoffHz: 3200, busyness: 0.85 },
	tense: { speed: 0.3, rocks: 0.18, lights: 0.6, tempo: 58, cutoffHz: 600, busyness: 0.15 },
	low: { speed: 0.28, rocks: 0.25, lights: 1.3, tempo: 62, cutoffHz: 850, busyness: 0.25 },
};

/** In words, for those who watch. */
export const EFFECTS: Readonly<
	Record<Mood, { readonly flight: string; readonly music: string; readonly sky: string }>
> = {
	neutral: { flight: 'steady', music: 'dorian, at a walk', sky: 'blue hour' },
	serene: { flight: 'slow, few rocks', music: 'lydian, wide and slow', sky: 'soft green dawn' },
	playful: { flight: 'fast, many rocks and lights', music: 'major, quick and bright', sky: 'golden sun' },
	tense: { flight: 'eases: slow, hardly a rock', music: 'minor, hushed', sky: 'rain and ember' },
	low: { flight: 'slow, more lights to find', music: 'minor, sparse', sky: 'deep blue' },
};

/** How much of each mood is in the game; they sum to 1. */
export type Blend = Readonly<Record<Mood, number>>;

const ofEach = (value: (mood: Mood) => number): Record<Mood, number> =>
	Object.fromEntries(MOODS.map((mood) => [mood, value(mood)])) as Record<Mood, number>;

export const blendOf = (mood: Mood): Blend => ofEach((each) => (each === mood ? 1 : 0));

/** How long a change takes to be two thirds done. */
const TIME_CONSTANT_S = 3;

/** Where a value is after `seconds` on its way to another, whatever the frame rate. */
export const approach = (from: number, to: number, seconds: number, timeConstantS = TIME_CONSTANT_S): number =>
	to + (from - to) * Math.exp(-seconds / timeConstantS);

/** Shifts a blend towards a mood, smoothly. */
export const shift = (blend: Blend, mood: Mood, seconds: number): Blend =>
	ofEach((each) => approach(blend[each], each === mood ? 1 : 0, seconds));

/** Sums up what the moods ask for, by how much of each there is. */
export function driveOf(blend: Blend): Drive {
	const sum = (part: keyof Drive): number => MOODS.reduce((total, mood) => total + blend[mood] * DRIVES[mood][part], 0);
	return {
		speed: sum('speed'),
		rocks: sum('rocks'),
		lights: sum('lights'),
		tempo: sum('tempo'),
		cutoffHz: sum('cutoffHz'),
		busyness: sum('busyness'),
	};
}
