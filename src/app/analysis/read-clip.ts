import { mixDown, openRecording } from '../../audio/files/index.ts';
import { SAMPLE_RATE_HZ } from '../../domain/index.ts';

/** A labelled clip is one utterance. */
const LONGEST_CLIP_MS = 120_000;
/** The model's shortest input. */
const SHORTEST_SAMPLES = SAMPLE_RATE_HZ / 10;

/** A whole clip at 16 kHz mono; the channels of a stereo clip are averaged. */
export async function readClip(path: string, signal: AbortSignal | undefined): Promise<Int16Array> {
	await using recording = await openRecording(path, {
		maxDurationMs: LONGEST_CLIP_MS,
		...(signal ? { signal } : {}),
	});
	const blocks: Int16Array[] = [];
	let length = 0;
	for await (const planes of recording.blocks()) {
		const block = mixDown(planes);
		blocks.push(block);
		length += block.length;
	}
	// What is shorter than the model takes is filled up with silence.
	const pcm = new Int16Array(Math.max(length, SHORTEST_SAMPLES));
	let at = 0;
	for (const block of blocks) {
		pcm.set(block, at);
		at += block.length;
	}
	return pcm;
}
