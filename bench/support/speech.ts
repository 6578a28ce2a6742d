import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createOpusDecoder } from '../../src/audio/index.ts';
import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import { readOggOpus } from '../../src/sim/index.ts';

const SAMPLES = new URL('../../samples/ravdess/', import.meta.url);

/** Recorded speech as Opus packets of 20 ms, one list a clip, always the same clips. */
export async function speechPackets(clips: number): Promise<Buffer[][]> {
	const files = (await readdir(SAMPLES)).filter((file) => file.endsWith('.opus')).toSorted();
	// Spread over the list, since neighbours are of one emotion.
	const chosen = Array.from({ length: clips }, (_, index) => files[Math.floor((index * files.length) / clips)]);
	return Promise.all(chosen.map((file) => readOggOpus(fileURLToPath(new URL(file as string, SAMPLES)))));
}

/** The same clips decoded, packet by packet: 20 ms at 16 kHz mono each. */
export async function speechFrames(clips: number): Promise<Int16Array[][]> {
	const packets = await speechPackets(clips);
	return Promise.all(packets.map(decodeAll));
}

/** At most `most` whole recordings of a folder whose names begin with `prefix`, spread over its list. */
export async function speechOf(folder: URL, most: number, prefix = ''): Promise<Int16Array[]> {
	const all = await readdir(folder);
	const files = all.filter((file) => file.startsWith(prefix) && file.endsWith('.opus')).toSorted();
	const count = Math.min(most, files.length);
	const clips: Int16Array[] = [];
	for (let index = 0; index < count; index++) {
		const file = files[Math.floor((index * files.length) / count)] as string;
		clips.push(joined(await decodeAll(await readOggOpus(fileURLToPath(new URL(file, folder))))));
	}
	return clips;
}

async function decodeAll(packets: readonly Buffer[]): Promise<Int16Array[]> {
	const decoder = await createOpusDecoder('wasm');
	const frames = packets.map((packet) => decoder.decode(packet));
	decoder.dispose();
	return frames.map((frame) => {
		if (!frame) throw new Error('A sample holds a packet that is not Opus.');
		return frame;
	});
}

/** Utterances of exactly `seconds`, cut from the middle of clips, where the speech is. */
export async function speechClips(count: number, seconds: number): Promise<Int16Array[]> {
	const samples = seconds * SAMPLE_RATE_HZ;
	return (await speechFrames(count)).map((frames) => {
		const clip = joined(frames);
		if (clip.length < samples) throw new RangeError(`A sample has ${clip.length} samples; ${samples} are needed.`);
		const start = Math.floor((clip.length - samples) / 2);
		return clip.slice(start, start + samples);
	});
}

/** One after the other. */
export function joined(frames: readonly Int16Array[]): Int16Array {
	const clip = new Int16Array(frames.reduce((sum, frame) => sum + frame.length, 0));
	let at = 0;
	for (const frame of frames) {
		clip.set(frame, at);
		at += frame.length;
	}
	return clip;
}
