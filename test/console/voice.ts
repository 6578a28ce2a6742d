import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWav } from '../audio/files/wav-builder.ts';
import { clip, converted } from '../web/audio-support.ts';

export interface FakeMicrophone extends AsyncDisposable {
	/** What tells Chromium to take it for the microphone. */
	readonly args: readonly string[];
}

const RATE_HZ = 48_000;
/** Between one and the next. Chromium says them over and over. */
const PAUSE_S = 1.5;

/** A microphone into which recordings of samples/ are spoken. */
export async function fakeMicrophone(clips: readonly string[]): Promise<FakeMicrophone> {
	const format = ['-af', `apad=pad_dur=${PAUSE_S}`, '-ar', String(RATE_HZ), '-ac', '1', '-f', 's16le'];
	const spoken = Buffer.concat(await Promise.all(clips.map((name) => converted(clip(name), ...format))));
	const folder = await mkdtemp(join(tmpdir(), 'ses-voice-'));
	const file = join(folder, 'voice.wav');
	await writeFile(file, buildWav({ data: spoken, rateHz: RATE_HZ }));
	return {
		args: ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${file}`],
		[Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
	};
}
