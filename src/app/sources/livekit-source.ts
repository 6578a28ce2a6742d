import { deinterleave } from '../../audio/files/index.ts';
import type { AudioSource } from '../../domain/index.ts';
import { frameSource, type Samples } from './frame-source.ts';
import type { FrameStream } from './frame-stream.ts';
import type { SourceSpeaker } from './speaker.ts';

/** A frame as @livekit/rtc-node has it (`AudioFrame`): signed 16 bit, channels interleaved. */
export interface InterleavedFrame {
	readonly data: Int16Array;
	/** Hertz. */
	readonly sampleRate: number;
	readonly channels: number;
	readonly samplesPerChannel: number;
}

/**
 * A participant's audio track: `new AudioStream(track)` of @livekit/rtc-node, or whatever else gives such frames.
 * Leaving it cancels the stream.
 *
 * @throws {TypeError} for what is no frame, while it is read
 */
export const liveKitSource = (stream: FrameStream<InterleavedFrame>, speaker: SourceSpeaker): AudioSource =>
	frameSource(stream, samplesOf, speaker);

function samplesOf({ data, sampleRate, channels, samplesPerChannel }: InterleavedFrame): Samples {
	const samples = samplesPerChannel * channels;
	if (!(data instanceof Int16Array) || !(data.length >= samples)) {
		throw new TypeError('a frame has to have samplesPerChannel × channels samples in an Int16Array');
	}
	const bytes = Buffer.from(data.buffer, data.byteOffset, samples * 2);
	return { sampleRate, planes: deinterleave(bytes, { encoding: 'int', sampleBytes: 2, rateHz: sampleRate, channels }) };
}
