import { execFile, execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../src/audio/files/index.ts';
import { amplitudeAt, toInt16, tone } from './signals.ts';
import { readAll, useTempFolder } from './temp.ts';
import { buildWav, pcm16 } from './wav-builder.ts';

const folder = useTempFolder();
const run = promisify(execFile);
const NO_FFMPEG = { ffmpeg: '/nowhere/ffmpeg' };

const stereoWav = (): Buffer =>
	buildWav({
		channels: 2,
		rateHz: 44_100,
		data: pcm16(toInt16(tone(440, 44_100, 44_100)), toInt16(tone(1500, 44_100, 44_100, 0.25))),
	});

/** What is running, as Linux tells it; elsewhere `ps` does. */
async function commandLines(): Promise<string> {
	if (process.platform !== 'linux') return (await run('ps', ['-eo', 'args'])).stdout;
	const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
	const lines = await Promise.allSettled(processes.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8')));
	return lines.map((line) => (line.status === 'fulfilled' ? line.value : '')).join('\n');
}

describe('openRecording', () => {
	it.each(['flac', 'mp3', 'm4a', 'ogg', 'aiff', 'webm'])('reads .%s by ffmpeg, with its channels', async (ending) => {
		const wav = await folder.put('source.wav', stereoWav());
		const file = join(folder.path, `source.${ending}`);
		await run('ffmpeg', ['-v', 'error', '-y', '-i', wav, file]);
		const { planes, durationMs } = await readAll(file);
		expect(planes).toHaveLength(2);
		expect(Math.abs((planes[0] as number[]).length - 16_000)).toBeLessThan(1200);
		expect(durationMs).toBeGreaterThan(900);
		expect(amplitudeAt(planes[0] as number[], 440, 16_000) / 16_384).toBeCloseTo(1, 0);
		expect(amplitudeAt(planes[1] as number[], 1500, 16_000) / 8192).toBeCloseTo(1, 0);
		expect(amplitudeAt(planes[1] as number[], 440, 16_000)).toBeLessThan(600);
	});

	it('gives the same samples of a FLAC file as of the WAV file that it was made from', async () => {
		const wav = await folder.put('same.wav', stereoWav());
		const flac = join(folder.path, 'same.flac');
		await run('ffmpeg', ['-v', 'error', '-y', '-i', wav, flac]);
		const [one, other] = [await readAll(wav), await readAll(flac)];
		expect(other.format).toBe('FLAC');
		expect(other.planes).toEqual(one.planes);
	});

	it('goes by the content, not by the ending of the name', async () => {
		const file = await folder.put('liar.mp3', stereoWav());
		expect((await readAll(file, NO_FFMPEG)).format).toBe('WAV');
	});

	it('takes names for names, whatever they look like', async () => {
		const wav = await folder.put('plain.wav', stereoWav());
		const flac = join(folder.path, 'a.flac');
		await run('ffmpeg', ['-v', 'error', '-y', '-i', wav, flac]);
		const odd = join(folder.path, '-i concat:$(x);%20é.flac');
		await run('cp', ['--', flac, odd]);
		expect((await readAll(odd)).planes).toHaveLength(2);
	});

	it('never lets a recording name another file', async () => {
		const secret = await folder.put('secret.wav', stereoWav());
		for (const script of [`#EXTM3U\n#EXTINF:1,\nfile:${secret}\n`, `ffconcat version 1.0\nfile '${secret}'\n`]) {
			const file = await folder.put('list.m3u8', script);
			await expect(readAll(file)).rejects.toMatchObject({ code: 'SES_AUDIO_CORRUPT' });
		}
	});

	it('says that ffmpeg is wanted where it is', async () => {
		const file = await folder.put('x.flac', Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(100)]));
		await expect(openRecording(file, NO_FFMPEG)).rejects.toMatchObject({
			code: 'SES_AUDIO_FORMAT',
			message: `${file}: FLAC cannot be read without ffmpeg.`,
		});
	});

	it.each([
		['with ffmpeg', {}],
		['without', NO_FFMPEG],
	])('takes noise for no recording, %s', async (_, options) => {
		const file = await folder.put('noise.wav', Buffer.from('All work and no play makes Jack a dull boy. '.repeat(99)));
		await expect(readAll(file, options)).rejects.toMatchObject({ code: 'SES_AUDIO_CORRUPT' });
	});

	it('reports a damaged file of a format that ffmpeg reads', async () => {
		const file = await folder.put('bad.flac', Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(5000, 7)]));
		await expect(readAll(file)).rejects.toMatchObject({
			code: 'SES_AUDIO_CORRUPT',
			message: expect.stringMatching(/bad\.flac: not a readable FLAC recording: ./),
		});
	});

	it('refuses a FLAC file that was cut, as it would a WAV file', async () => {
		const wav = await folder.put('whole.wav', stereoWav());
		const flac = join(folder.path, 'cut.flac');
		await run('ffmpeg', ['-v', 'error', '-y', '-i', wav, flac]);
		const { size } = await stat(flac);
		await truncate(flac, Math.round(size * 0.6));
		await expect(readAll(flac)).rejects.toMatchObject({
			code: 'SES_AUDIO_CORRUPT',
			message: expect.stringMatching(/cut\.flac: not a readable FLAC recording: it is cut off after 0\.\d s of 1\.0 s/),
		});
	});

	it('says that a video has no sound', async () => {
		const file = join(folder.path, 'silent.mkv');
		await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc=d=0.2:s=64x64', '-c:v', 'mpeg4', file]);
		await expect(readAll(file)).rejects.toMatchObject({ message: expect.stringContaining('it has no audio track') });
	});

	it('refuses what is no file of audio', async () => {
		const code = (name: string) => openRecording(join(folder.path, name)).then(String, (error) => error.code);
		await mkdir(join(folder.path, 'folder'));
		execFileSync('mkfifo', [join(folder.path, 'pipe')]);
		await folder.put('empty.wav', '');
		expect(await code('nothing.wav')).toBe('SES_AUDIO_NOT_FOUND');
		expect(await code('empty.wav/below')).toBe('SES_AUDIO_NOT_FOUND');
		expect(await code('folder')).toBe('SES_AUDIO_NOT_A_FILE');
		expect(await code('pipe')).toBe('SES_AUDIO_SPECIAL');
		expect(await code('empty.wav')).toBe('SES_AUDIO_EMPTY');
	});

	it('says when it cannot get at a file', async () => {
		const [here, there] = [join(folder.path, 'here.wav'), join(folder.path, 'there.wav')];
		await symlink(here, there);
		await symlink(there, here);
		await expect(openRecording(here)).rejects.toMatchObject({
			code: 'SES_AUDIO_UNREADABLE',
			message: expect.stringContaining('ELOOP'),
		});
	});

	it('refuses what is too long, by its header', async () => {
		const file = await folder.put('long.wav', stereoWav());
		await expect(openRecording(file, { maxDurationMs: 999 })).rejects.toMatchObject({
			code: 'SES_AUDIO_TOO_LONG',
			message: expect.stringContaining('1 s allowed'),
		});
	});

	it('refuses what is too long, where the header does not say', async () => {
		// A header from a pipe claims nothing; only reading tells.
		const wav = await folder.put('pipe.wav', stereoWav());
		const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', wav, '-c:a', 'flac', '-f', 'flac', 'pipe:1'], {
			encoding: 'buffer',
			maxBuffer: 1e8,
		});
		const file = await folder.put('pipe.flac', stdout);
		await expect(readAll(file, { maxDurationMs: 500 })).rejects.toMatchObject({ code: 'SES_AUDIO_TOO_LONG' });
		expect((await readAll(file, { maxDurationMs: 1500 })).planes[0]?.length).toBe(16_000);
	});

	it.each(['wav', 'flac'])('stops when it is told to, amid .%s', async (ending) => {
		const wav = await folder.put('stop.wav', buildWav({ rateHz: 48_000, data: Buffer.alloc(48_000 * 60 * 2) }));
		const file = join(folder.path, `stop.${ending}`);
		if (ending !== 'wav') await run('ffmpeg', ['-v', 'error', '-y', '-i', wav, file]);
		const controller = new AbortController();
		const reason = new Error('enough');
		const read = async (): Promise<void> => {
			await using recording = await openRecording(file, { signal: controller.signal });
			for await (const _ of recording.blocks()) controller.abort(reason);
		};
		await expect(read()).rejects.toBe(reason);
	});

	it('leaves no process behind when it is closed early', async () => {
		const wav = await folder.put('early.wav', buildWav({ rateHz: 48_000, data: Buffer.alloc(48_000 * 60 * 2) }));
		const file = join(folder.path, 'early.flac');
		await run('ffmpeg', ['-v', 'error', '-y', '-i', wav, file]);
		const recording = await openRecording(file);
		for await (const block of recording.blocks()) {
			expect(block).toHaveLength(1);
			break;
		}
		await recording[Symbol.asyncDispose]();
		expect(await commandLines()).not.toContain(file);
	});

	it('holds little of a long recording in memory', async () => {
		const minutes = 20;
		const file = await folder.put(
			'hour.wav',
			buildWav({ channels: 2, rateHz: 48_000, data: Buffer.alloc(48_000 * 60 * minutes * 4) }),
		);
		expect((await stat(file)).size).toBeGreaterThan(200e6);
		await using recording = await openRecording(file);
		let samples = 0;
		let peak = 0;
		const before = process.memoryUsage().arrayBuffers;
		for await (const block of recording.blocks()) {
			samples += block[0]?.length ?? 0;
			peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
		}
		expect(samples).toBe(16_000 * 60 * minutes);
		expect(peak).toBeLessThan(120e6);
	});
});
