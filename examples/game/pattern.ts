import type { Mood } from './mood.ts';

/** One note of a bar. */
export interface Note {
	/** In eighths from the start of the bar, 0…7. */
	readonly eighth: number;
	/** Of a MIDI key: 69 is a', 440 Hz. */
	readonly key: number;
	/** 0…1 */
	readonly loudness: number;
}

/** A bar: a chord that lies under it, and the notes that are plucked. */
export interface Bar {
	readonly chord: readonly number[];
	readonly notes: readonly Note[];
}

/** Semitones over the root, of seven steps. */
const SCALES: Readonly<Record<Mood, readonly number[]>> = {
	neutral: [0, 2, 3, 5, 7, 9, 10], // dorian
	serene: [0, 2, 4, 6, 7, 9, 11], // lydian
	playful: [0, 2, 4, 5, 7, 9, 11], // major
	tense: [0, 2, 3, 5, 7, 8, 10], // minor
	low: [0, 2, 3, 5, 7, 8, 10],
};
/** Steps of the scale on which the chords of four bars stand. */
const ROOTS: Readonly<Record<Mood, readonly number[]>> = {
	neutral: [0, 3, 6, 4],
	serene: [0, 1, 0, 4],
	playful: [0, 4, 5, 3],
	tense: [0, 0, 5, 0],
	low: [0, 5, 3, 4],
};
const EIGHTHS = 8;
const LOWEST = 50;
const OCTAVE = 12;
/** Leaps of the melody over the chord, in steps of the scale. */
const FIGURE = [0, 2, 4, 7, 4, 2, 9, 4] as const;

function keyOf(mood: Mood, step: number): number {
	const scale = SCALES[mood];
	return LOWEST + OCTAVE * Math.floor(step / scale.length) + (scale[step % scale.length] ?? 0);
}

/** Composes a bar. @param busyness 0…1, how many of the eighths are played @param random 0…1 */
export function compose(bar: number, mood: Mood, busyness: number, random: () => number): Bar {
	const roots = ROOTS[mood];
	const root = roots[bar % roots.length] ?? 0;
	const chord = [root, root + 2, root + 4].map((step) => keyOf(mood, step));
	const notes = Array.from({ length: EIGHTHS }, (_, eighth): Note[] => {
		// The first of a bar is always there, so that the beat can be followed.
		if (eighth > 0 && random() > busyness) return [];
		const leap = FIGURE[(eighth + (random() < 0.25 ? 3 : 0)) % FIGURE.length] ?? 0;
		return [{ eighth, key: keyOf(mood, root + leap) + OCTAVE, loudness: eighth % 4 === 0 ? 0.9 : 0.5 }];
	});
	return { chord, notes: notes.flat() };
}

/** @returns hertz of a MIDI key, in equal temperament on a' = 440 Hz */
export const frequencyOf = (key: number): number => 440 * 2 ** ((key - 69) / 12);
