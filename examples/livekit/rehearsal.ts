import { ReadableStream } from 'node:stream/web';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type InterleavedFrame, recordingSource } from 'speech-emotion-sense';
import type { Listener } from './room.ts';

const SAMPLE_RATE = 16_000;
/** As LiveKit has it. */
const FRAME_MS = 10;
const SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;
const TURNS = { Ada: 'ravdess/03-01-05-02-02-01-07.opus', Ben: 'ravdess/03-01-03-02-01-01-08.opus' };

const sample = (path: string): string => fileURLToPath(new URL(`../../samples/${path}`, import.meta.url));

/** A recording, in frames as those of `new AudioStream(track, { sampleRate: 16000, numChannels: 1 })`. */
async function* framesOf(file: string): AsyncGenerator<InterleavedFrame> {
	for await (const chunk of recordingSource(file)) {
		if (!('pcm' in chunk)) continue;
		for (let at = 0; at < chunk.pcm.length; at += SAMPLES) {
			const data = chunk.pcm.slice(at, at + SAMPLES);
			yield { data, sampleRate: SAMPLE_RATE, channels: 1, samplesPerChannel: data.length };
		}
	}
}

/** Two who agreed, and take turns: nobody begins before the other has finished. */
export async function rehearse({ hear }: Listener): Promise<void> {
	for (const [name, file] of Object.entries(TURNS)) {
		const frames = await Array.fromAsync(framesOf(sample(file)));
		await Promise.all([hear(ReadableStream.from(frames), name), delay(frames.length * FRAME_MS)]);
	}
}
