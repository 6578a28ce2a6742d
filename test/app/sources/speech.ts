import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AudioChunk, AudioSource } from 'speech-emotion-sense';

const run = promisify(execFile);

/** An actor who is angry, and hardly any listener would say otherwise. */
export const ANGRY = fileURLToPath(new URL('../../../samples/ravdess/03-01-05-02-02-01-07.opus', import.meta.url));
export const SAD = fileURLToPath(new URL('../../../samples/crema-d/1048_IEO_SAD_MD.opus', import.meta.url));

/** A sample as ffmpeg gives it. @returns bytes of signed 16-bit samples, or of a container */
export async function decoded(file: string, ...output: readonly string[]): Promise<Buffer> {
	const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', file, ...output, 'pipe:1'], {
		encoding: 'buffer',
		maxBuffer: 2 ** 26,
	});
	return stdout;
}

export const pcmOf = (file: string, sampleRate: number, channels = 1): Promise<Buffer> =>
	decoded(file, '-ar', String(sampleRate), '-ac', String(channels), '-f', 's16le');

/** Bytes in pieces that heed no sample, as pipes cut them. */
export async function* inPieces(bytes: Buffer, ...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
	for (let at = 0, turn = 0; at < bytes.length; turn++) {
		const size = sizes[turn % sizes.length] as number;
		yield bytes.subarray(at, at + size);
		at += size;
	}
}

/** All that each speaker says. */
export async function heardFrom(source: AudioSource): Promise<Map<string, Int16Array>> {
	const samples = new Map<string, number[]>();
	for await (const chunk of source as AsyncIterable<AudioChunk & { readonly pcm: Int16Array }>) {
		const said = samples.get(chunk.speakerId) ?? [];
		samples.set(chunk.speakerId, said);
		for (const sample of chunk.pcm) said.push(sample);
	}
	return new Map([...samples].map(([speaker, said]) => [speaker, Int16Array.from(said)]));
}

/** Cosine of the angle between two signals: 1 where they are the same but for loudness. */
export function likeness(one: Int16Array | undefined, other: Int16Array | undefined): number {
	const length = Math.min(one?.length ?? 0, other?.length ?? 0);
	let [dot, left, right] = [0, 0, 0];
	for (let index = 0; index < length; index++) {
		const [a, b] = [one?.[index] as number, other?.[index] as number];
		dot += a * b;
		left += a * a;
		right += b * b;
	}
	return dot / Math.sqrt(left * right || 1);
}

export const samplesIn = (bytes: Buffer): Int16Array => new Int16Array(new Uint8Array(bytes).buffer);
