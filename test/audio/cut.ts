import { type Frame, type Segment, Segmenter, type SegmenterOptions } from '../../src/audio/index.ts';
import { noise, nothing } from '../support/signals.ts';

const [VOICE] = noise(20, -20) as [Frame];
const [HUM] = noise(20, -65) as [Frame];

/** So many frames that are loud enough for a voice, whatever was before. */
export const voice = (count: number): Frame[] => Array<Frame>(count).fill(VOICE);
/** So many frames of a quiet room. */
export const hum = (count: number): Frame[] => Array<Frame>(count).fill(HUM);
/** So many frames in which nothing is sent. */
export const pause = (count: number): Frame[] => nothing(count * 20);

/** The utterances in `frames`. */
export function cut(frames: readonly Frame[], options: Partial<SegmenterOptions> = {}): Segment[] {
	const segmenter = new Segmenter(options);
	const segments = frames.map((frame) => segmenter.push(frame));
	return [...segments, segmenter.flush()].filter((segment) => segment !== undefined);
}

/** When they begin and end. */
export const times = (segments: readonly Segment[]): [number, number][] =>
	segments.map(({ startMs, endMs }) => [startMs, endMs]);
