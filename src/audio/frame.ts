import { SAMPLE_RATE_HZ } from '../domain/index.ts';
import type { Moment } from './moment.ts';

/** Length of a frame: the packet length of every Discord client. */
export const FRAME_MS = 20;
export const FRAME_SAMPLES = (SAMPLE_RATE_HZ * FRAME_MS) / 1000;

/** Lowest level that is told apart: the quantisation noise of 16 bit lies about here. */
export const SILENCE_DB = -96;

/** 20 ms of one speaker. */
export interface Frame {
	/** 320 samples at 16 kHz, or `null` when nothing was sent: the speaker paused. */
	readonly pcm: Int16Array | null;
	/** The packet was lost; `pcm` is what the decoder made up in its place. */
	readonly concealed?: boolean;
	/** When it began; without one it follows the frame before it. */
	readonly moment?: Moment;
}

/**
 * Power of what can be heard: the variance of the samples, relative to full scale squared. The square of
 * their mean is left out, as it is the offset of a cheap sound card and not sound.
 */
export function powerOf(pcm: Int16Array): number {
	if (pcm.length === 0) return 0;
	let sum = 0;
	let squares = 0;
	for (let index = 0; index < pcm.length; index++) {
		const sample = pcm[index] as number;
		sum += sample;
		squares += sample * sample;
	}
	// Both sums are exact integers, so a constant comes out as zero, and nothing as less.
	return (squares * pcm.length - sum * sum) / (pcm.length * 32_768) ** 2;
}

/** Decibels relative to full scale of a mean square, floored at {@link SILENCE_DB}. */
export const powerToDb = (power: number): number =>
	power <= 0 ? SILENCE_DB : Math.max(SILENCE_DB, 10 * Math.log10(power));
