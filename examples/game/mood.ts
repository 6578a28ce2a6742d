import type { Reading } from './reading.ts';

/** What the game tells apart: moods of a group, each with a place on valence and arousal. */
export const MOODS = ['neutral', 'serene', 'playful', 'tense', 'low'] as const;
export type Mood = (typeof MOODS)[number];

/** Averages of several voices lie closer to the middle than one voice does. */
const PLACES: Readonly<Record<Mood, readonly [valence: number, arousal: number]>> = {
	neutral: [0, 0],
	serene: [0.3, -0.22],
	playful: [0.32, 0.3],
	tense: [-0.32, 0.32],
	low: [-0.3, -0.25],
};

/** Another mood has to be nearer by so much … */
const MARGIN = 0.08;
/** … for so long, so that one loud word changes nothing. */
const DWELL_MS = 3_000;
/** Heat has two thresholds: what is between them changes nothing. */
const HOT = 0.55;
const COOL = 0.4;

const distance = (mood: Mood, { valence, arousal }: Reading): number =>
	Math.hypot(valence - PLACES[mood][0], arousal - PLACES[mood][1]);

/** Names the mood of a reading, and does not change its mind for nothing (hysteresis). */
export class MoodMeter {
	#mood: Mood = 'neutral';
	#isHot = false;
	#candidate: Mood = 'neutral';
	#since = Number.NEGATIVE_INFINITY;

	get mood(): Mood {
		return this.#mood;
	}

	/** @param now milliseconds of any clock that runs evenly @returns the mood from now on */
	update(reading: Reading, now: number): Mood {
		const wanted = this.#wanted(reading);
		if (wanted !== this.#candidate) {
			this.#candidate = wanted;
			this.#since = now;
		}
		if (wanted !== this.#mood && now - this.#since >= DWELL_MS) this.#mood = wanted;
		return this.#mood;
	}

	#wanted(reading: Reading): Mood {
		this.#isHot = reading.heat >= (this.#isHot ? COOL : HOT);
		if (this.#isHot) return 'tense';
		if (reading.source === 'nobody') return 'neutral';
		const nearest = MOODS.reduce((best, mood) => (distance(mood, reading) < distance(best, reading) ? mood : best));
		return distance(this.#mood, reading) - distance(nearest, reading) > MARGIN ? nearest : this.#mood;
	}
}
