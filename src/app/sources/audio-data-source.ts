import type { AudioSource } from '../../domain/index.ts';
import { frameSource, type Samples } from './frame-source.ts';
import type { FrameStream } from './frame-stream.ts';
import type { SourceSpeaker } from './speaker.ts';

/** As much of WebCodecs' `AudioData` as is needed. */
export interface AudioDataLike {
	/** Hertz. */
	readonly sampleRate: number;
	readonly numberOfChannels: number;
	readonly numberOfFrames: number;
	copyTo(destination: Float32Array<ArrayBuffer>, options: { planeIndex: number; format: 'f32-planar' }): void;
	close(): void;
}

/**
 * A media track by way of WebCodecs, `new MediaStreamTrackProcessor({ track }).readable`, in a program that has a
 * browser's media beside Node. Each `AudioData` is closed once it has been read.
 */
export const audioDataSource = (stream: FrameStream<AudioDataLike>, speaker: SourceSpeaker): AudioSource =>
	frameSource(stream, samplesOf, speaker);

function samplesOf(data: AudioDataLike): Samples {
	const { sampleRate, numberOfChannels, numberOfFrames } = data;
	try {
		const planes = Array.from({ length: numberOfChannels }, (_, planeIndex) => {
			const plane = new Float32Array(numberOfFrames);
			data.copyTo(plane, { planeIndex, format: 'f32-planar' });
			return plane;
		});
		return { sampleRate, planes };
	} finally {
		data.close();
	}
}
