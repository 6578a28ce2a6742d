import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRecording } from '../../src/audio/files/index.ts';

/** Corpora of samples/, and how the speaker stands in the name of a file. */
export const CORPORA = {
	ravdess: (name: string) => name.slice(-7, -5),
	'crema-d': (name: string) => name.slice(0, 4),
	'emo-db': (name: string) => name.slice(0, 2),
	nemo: (name: string) => name.slice(0, 3),
} as const;
export type Corpus = keyof typeof CORPORA;

const folderOf = (corpus: Corpus): string => fileURLToPath(new URL(`../../samples/${corpus}`, import.meta.url));

async function readClip(file: string): Promise<Int16Array> {
	await using recording = await openRecording(file);
	const samples: number[] = [];
	for await (const [block] of recording.blocks()) for (const sample of block as Int16Array) samples.push(sample);
	return Int16Array.from(samples);
}

/** The clips of each speaker of a corpus, 16 kHz, in order of their names. */
export async function clipsBySpeaker(corpus: Corpus): Promise<Map<string, Int16Array[]>> {
	const names = (await readdir(folderOf(corpus))).filter((name) => name.endsWith('.opus')).sort();
	const clips = new Map<string, Int16Array[]>();
	for (const name of names) {
		const speaker = CORPORA[corpus](name);
		clips.set(speaker, [...(clips.get(speaker) ?? []), await readClip(join(folderOf(corpus), name))]);
	}
	return clips;
}
