import { FRAME_MS } from './frame.ts';

const BLOCK_FRAMES = 500 / FRAME_MS;
const BLOCKS = 6;
/** A first breath of speech is no room: this much must be heard before the estimate is believed. */
const BLOCKS_TO_BELIEVE = 3;
const QUIET_ROOM_DB = -50;
/** A minimum of noisy estimates lies below their mean; this puts the floor back where it belongs. */
const BIAS_DB = 2;
const SMOOTHING = 0.5;

/**
 * Tracks the level of the background under speech by minimum statistics: the lowest smoothed level
 * of the last three seconds (after R. Martin, "Noise power spectral density estimation based on
 * optimal smoothing and minimum statistics", 2001; here on broadband level, which is enough to
 * find the ends of utterances).
 */
export class NoiseFloor {
	readonly #minima: number[] = [];
	#smoothed: number | undefined;
	#blockMinimum = Number.POSITIVE_INFINITY;
	#blockFrames = 0;
	readonly #lowestDb: number;
	readonly #highestDb: number;

	/** The floor never leaves `lowestDb`…`highestDb`: below is a noise gate's silence, above is speech. */
	constructor(lowestDb = -70, highestDb = -30) {
		this.#lowestDb = lowestDb;
		this.#highestDb = highestDb;
	}

	/** @param levelDb level of one received frame in dBFS */
	push(levelDb: number): void {
		this.#smoothed = this.#smoothed === undefined ? levelDb : this.#smoothed + SMOOTHING * (levelDb - this.#smoothed);
		this.#blockMinimum = Math.min(this.#blockMinimum, this.#smoothed);
		if (++this.#blockFrames === BLOCK_FRAMES) {
			this.#minima.push(this.#blockMinimum);
			if (this.#minima.length > BLOCKS) this.#minima.shift();
			this.#blockMinimum = Number.POSITIVE_INFINITY;
			this.#blockFrames = 0;
		}
	}

	get db(): number {
		const lowest = Math.min(this.#blockMinimum, ...this.#minima);
		const highest = this.#minima.length < BLOCKS_TO_BELIEVE ? QUIET_ROOM_DB : this.#highestDb;
		return Math.min(Math.max(lowest + BIAS_DB, this.#lowestDb), highest);
	}
}
