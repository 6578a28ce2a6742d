import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { ffmpegSource, pcmStreamSource } from 'speech-emotion-sense';
import { describe, expect, it } from 'vitest';
import { captureDevice } from '../../../src/app/sources/capture-device.ts';
import { useTempFolder } from '../../audio/files/temp.ts';
import { until } from '../../support/until.ts';
import { ANGRY, decoded, heardFrom, inPieces, likeness, pcmOf, SAD, samplesIn } from './speech.ts';

const run = promisify(execFile);
const folder = useTempFolder();
const PATIENT = { timeout: 120_000 };

/** Whether a program runs whose arguments hold `text`. */
const runs = async (text: string): Promise<boolean> => (await run('ps', ['-eo', 'args'])).stdout.includes(text);

describe('pcmStreamSource', PATIENT, () => {
	it('takes bytes however they are cut, at any rate', async () => {
		const [at16k, at48k] = await Promise.all([pcmOf(ANGRY, 16_000), pcmOf(ANGRY, 48_000)]);
		const same = await heardFrom(pcmStreamSource(inPieces(at16k, 1, 641, 3000, 7)));
		expect(same.get('speaker')).toEqual(samplesIn(at16k));
		const converted = await heardFrom(
			pcmStreamSource(inPieces(at48k, 333, 4096, 1), { sampleRate: 48_000, speakerId: 'ada' }),
		);
		const said = converted.get('ada');
		expect(Math.abs((said?.length ?? 0) - at16k.length / 2)).toBeLessThanOrEqual(2);
		expect(likeness(said, samplesIn(at16k))).toBeGreaterThan(0.99);
	});

	it('mixes channels to one voice, or makes each a speaker', async () => {
		const [ada, ben] = [samplesIn(await pcmOf(ANGRY, 16_000)), samplesIn(await pcmOf(SAD, 16_000))];
		const length = Math.min(ada.length, ben.length);
		const stereo = new Int16Array(length * 2);
		for (let index = 0; index < length; index++) {
			stereo[index * 2] = ada[index] as number;
			stereo[index * 2 + 1] = ben[index] as number;
		}
		const bytes = Buffer.from(stereo.buffer);
		const apart = await heardFrom(
			pcmStreamSource(inPieces(bytes, 1001), { channels: 2, split: true, speakerId: 'voice' }),
		);
		expect([...apart.keys()]).toEqual(['voice-0', 'voice-1']);
		expect(apart.get('voice-0')).toEqual(ada.subarray(0, length));
		expect(apart.get('voice-1')).toEqual(ben.subarray(0, length));
		const mixed = (await heardFrom(pcmStreamSource(inPieces(bytes, 1001), { channels: 2 }))).get('speaker');
		const means = Int16Array.from({ length }, (_, at) => Math.round(((ada[at] as number) + (ben[at] as number)) / 2));
		expect(mixed).toEqual(means);
	});

	it('lets go of its stream when it is left while it waits', async () => {
		const stream = new PassThrough();
		const chunks = pcmStreamSource(stream)[Symbol.asyncIterator]();
		stream.write(Buffer.alloc(640));
		expect((await chunks.next()).done).toBe(false);
		const waiting = chunks.next().catch(() => ({ done: true }));
		await chunks.return?.().catch(() => {});
		expect((await waiting).done).toBe(true);
		expect(stream.destroyed).toBe(true);
	});

	it.each([{ sampleRate: 44_100.5 }, { sampleRate: 400 }, { channels: 0 }, { channels: 99 }])(
		'refuses %j',
		(options) => {
			expect(() => pcmStreamSource(inPieces(Buffer.alloc(0)), options)).toThrow(TypeError);
		},
	);
});

describe('ffmpegSource', PATIENT, () => {
	it('reads a file, and bytes of a container, at 16 kHz', async () => {
		const expected = samplesIn(await pcmOf(ANGRY, 16_000));
		const webm = await decoded(ANGRY, '-ar', '48000', '-ac', '2', '-c:a', 'libopus', '-f', 'webm');
		const [file, bytes] = await Promise.all([
			heardFrom(ffmpegSource({ input: ANGRY, speakerId: 'ada' })),
			heardFrom(ffmpegSource({ input: inPieces(webm, 700, 5000), speakerId: 'ada' })),
		]);
		expect(likeness(file.get('ada'), expected)).toBeGreaterThan(0.99);
		expect(bytes.get('ada')?.length).toBeGreaterThan(expected.length * 0.9);
	});

	it('captures by a device, and lets go of it when it is left while it waits', async () => {
		const mark = `sine=frequency=${300 + (process.pid % 500)}:sample_rate=44100`;
		const source = ffmpegSource({ format: 'lavfi', input: `${mark},arealtime` });
		const chunks = source[Symbol.asyncIterator]();
		expect((await chunks.next()).value).toMatchObject({ speakerId: 'speaker', pcm: expect.any(Int16Array) });
		expect(await runs(mark)).toBe(true);
		const waiting = (async () => {
			for (let next = await chunks.next(); !next.done; next = await chunks.next());
		})();
		await chunks.return?.();
		await waiting;
		await until(async () => !(await runs(mark)), 20_000);
	});

	it('says what ffmpeg said, and nothing that opens a door', async () => {
		const refusing = createServer((_, response) => response.writeHead(403).end());
		await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
		const { port } = refusing.address() as AddressInfo;
		const input = `http://ada:secret@127.0.0.1:${port}/live?key=hidden`;
		const failing = heardFrom(ffmpegSource({ input })).catch((error: unknown) => error);
		const error = (await failing) as Error;
		refusing.close();
		expect(error).toMatchObject({ code: 'SES_INPUT_FAILED' });
		expect(error.message).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/live: .*403`));
		expect(error.message).not.toMatch(/ada|secret|hidden/);
	});

	it('says that there is no ffmpeg, and what fails in the bytes that it is given', async () => {
		await expect(heardFrom(ffmpegSource({ input: ANGRY, ffmpeg: '/nowhere/ffmpeg' }))).rejects.toMatchObject({
			code: 'SES_FFMPEG_MISSING',
		});
		async function* breaking(): AsyncGenerator<Uint8Array> {
			yield (await decoded(ANGRY, '-f', 'wav')).subarray(0, 40_000);
			throw new Error('the line is dead');
		}
		await expect(heardFrom(ffmpegSource({ input: breaking() }))).rejects.toMatchObject({
			code: 'SES_INPUT_FAILED',
			message: expect.stringContaining('the line is dead'),
		});
	});

	it('opens nothing else at the wish of the bytes that it is given', async () => {
		const spoken = await folder.put('spoken.wav', await decoded(ANGRY, '-f', 'wav'));
		const playlist = Buffer.from(`#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n${spoken}\n#EXT-X-ENDLIST\n`);
		const script = Buffer.from(`ffconcat version 1.0\nfile '${spoken}'\n`);
		for (const bytes of [playlist, script]) {
			await expect(heardFrom(ffmpegSource({ input: inPieces(bytes, 999) }))).rejects.toMatchObject({
				code: 'SES_INPUT_FAILED',
			});
		}
	});
});

describe('captureDevice', () => {
	it.each([
		['default', 'pulse', 'default'],
		['hw:0,0', 'alsa', 'hw:0,0'],
		['default', 'avfoundation', ':default'],
		['0:1', 'avfoundation', '0:1'],
		['Microphone', 'dshow', 'audio=Microphone'],
		['audio=Line', 'dshow', 'audio=Line'],
	])('calls %s by %s what ffmpeg calls it', (device, format, input) => {
		expect(captureDevice(device, format)).toEqual({ format, input });
	});
});
