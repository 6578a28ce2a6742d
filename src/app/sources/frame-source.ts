import { RateConverter } from '../../audio/files/index.ts';
import type { AudioChunk, AudioSource } from '../../domain/index.ts';
import { endable } from './endable.ts';
import { type FrameStream, framesOf } from './frame-stream.ts';
import { checkLayout } from './layout.ts';
import { chunksOf, type SourceSpeaker } from './speaker.ts';

/** Some samples as they came. */
export interface Samples {
	/** Hertz. */
	readonly sampleRate: number;
	/** One array a channel, all of one length, full scale ±1. */
	readonly planes: readonly Float32Array[];
}

/** Frames of any platform as a source. Rate and channels may change on the way. */
export const frameSource = <Frame>(
	stream: FrameStream<Frame>,
	read: (frame: Frame) => Samples,
	speaker: SourceSpeaker,
): AudioSource =>
	endable(() => {
		const { frames, end } = framesOf(stream);
		return { chunks: converted(frames, read, speaker), end };
	});

async function* converted<Frame>(
	frames: AsyncIterable<Frame>,
	read: (frame: Frame) => Samples,
	speaker: SourceSpeaker,
): AsyncGenerator<AudioChunk> {
	let converter: RateConverter | undefined;
	let current = { rateHz: 0, channels: 0 };
	for await (const frame of frames) {
		const { sampleRate: rateHz, planes } = read(frame);
		const channels = planes.length;
		if (!converter || current.rateHz !== rateHz || current.channels !== channels) {
			checkLayout(rateHz, channels);
			if (converter) yield* chunksOf(converter.flush(), speaker);
			converter = new RateConverter(rateHz, channels);
			current = { rateHz, channels };
		}
		yield* chunksOf(converter.push(planes), speaker);
	}
	if (converter) yield* chunksOf(converter.flush(), speaker);
}
