import type { AudioQuality } from '../domain/index.ts';
import { FRAME_SAMPLES } from './frame.ts';
import type { Moment } from './moment.ts';
import { QualityMeter } from './quality.ts';

/** A frame, and what the segmenter made of it. */
export interface Heard {
	readonly pcm: Int16Array | null;
	readonly concealed: boolean;
	readonly active: boolean;
	readonly power: number;
}

export interface Timed extends Heard {
	readonly moment: Moment;
}

export const NOTHING: Heard = { pcm: null, concealed: false, active: false, power: 0 };

export const silence = (frames: number): Heard[] => Array.from({ length: frames }, () => NOTHING);

/** Their samples one after the other, zeros where nothing was sent. */
export function joined(frames: readonly Heard[]): Int16Array {
	const pcm = new Int16Array(frames.length * FRAME_SAMPLES);
	for (const [index, frame] of frames.entries()) {
		if (frame.pcm) pcm.set(frame.pcm, index * FRAME_SAMPLES);
	}
	return pcm;
}

/** @param noiseFloorDb level of the background, in dBFS */
export function qualityOf(frames: readonly Heard[], noiseFloorDb: number): AudioQuality {
	const meter = new QualityMeter();
	for (const { pcm, power, active, concealed } of frames) meter.add(pcm, power, active, concealed);
	return meter.read(noiseFloorDb);
}
