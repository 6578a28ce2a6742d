import { SAMPLE_RATE_HZ } from '../domain/index.ts';

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
}

/** Mean square of the samples, relative to full scale squared. */
export function powerOf(pcm: Int16Array): number {
	let sum = 0;
	for (let index = 0; index < pcm.length; index++) {
		const sample = pcm[index] as number;
		sum += sample * sample;
	}
	return pcm.length === 0 ? 0 : sum / pcm.length / (32_768 * 32_768);
}

/** Decibels relative to full scale of a mean square, floored at {@link SILENCE_DB}. */
export const powerToDb = (power: number): number =>
	power <= 0 ? SILENCE_DB : Math.max(SILENCE_DB, 10 * Math.log10(power));
