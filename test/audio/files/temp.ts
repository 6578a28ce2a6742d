import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type OpenRecordingOptions, openRecording } from '../../../src/audio/files/index.ts';

/** A folder for the files of one test file, and what it takes to put some there. */
export function useTempFolder(): { readonly path: string; put(name: string, bytes: Buffer | string): Promise<string> } {
	let path = '';
	beforeAll(async () => {
		path = await mkdtemp(join(tmpdir(), 'ses-test-'));
	});
	afterAll(() => rm(path, { recursive: true, force: true }));
	return {
		get path() {
			return path;
		},
		async put(name, bytes) {
			const file = join(path, name);
			await writeFile(file, bytes);
			return file;
		},
	};
}

/** All of a recording, one array a channel. */
export async function readAll(file: string, options: OpenRecordingOptions = {}) {
	await using recording = await openRecording(file, options);
	const { format, channels, durationMs } = recording;
	const planes: number[][] = Array.from({ length: channels }, () => []);
	for await (const block of recording.blocks()) {
		for (const [channel, samples] of block.entries()) for (const sample of samples) planes[channel]?.push(sample);
	}
	return { format, channels, durationMs, planes };
}
