import { openRecording } from '../../audio/files/index.ts';
import { type AudioChunk, SAMPLE_RATE_HZ } from '../../domain/index.ts';

/**
 * A recording as a source: WAV and Ogg/Opus, whatever else where there is ffmpeg. Each channel is a speaker of the
 * name `channel-0`, `channel-1` …
 *
 * @throws {SesError} SES_AUDIO_… while it is read
 */
export async function* recordingSource(file: string): AsyncGenerator<AudioChunk> {
	await using recording = await openRecording(file);
	let samples = 0;
	for await (const block of recording.blocks()) {
		const atMs = (samples * 1000) / SAMPLE_RATE_HZ;
		for (const [channel, pcm] of block.entries()) yield { speakerId: `channel-${channel}`, atMs, pcm };
		samples += block[0]?.length ?? 0;
	}
}
