import { describe, expect, it } from 'vitest';
import { amplitudeAt, toInt16, tone } from './signals.ts';
import { readAll, useTempFolder } from './temp.ts';
import { buildWav, chunk, pcm16 } from './wav-builder.ts';

const folder = useTempFolder();

const corrupt = (reason: RegExp) =>
	expect.objectContaining({ code: 'SES_AUDIO_CORRUPT', message: expect.stringMatching(reason) });

const bytesOf = (count: number, width: number, write: (bytes: Buffer, at: number, index: number) => void): Buffer => {
	const bytes = Buffer.alloc(count * width);
	for (let index = 0; index < count; index++) write(bytes, index * width, index);
	return bytes;
};

// −1, −½, 0, +½ and the highest value, as each encoding writes them.
const VALUES = [-1, -0.5, 0, 0.5, 1] as const;
const EXPECTED = [-32_768, -16_384, 0, 16_384, 32_767];
const integer = (bits: number, value: number): number =>
	Math.min(2 ** (bits - 1) - 1, Math.round(value * 2 ** (bits - 1)));

describe('WAV files', () => {
	it.each([
		['8 bit', 1, 1, (b: Buffer, at: number, v: number) => b.writeUInt8(128 + integer(8, v), at), 256],
		['16 bit', 1, 2, (b: Buffer, at: number, v: number) => b.writeInt16LE(integer(16, v), at), 0],
		['24 bit', 1, 3, (b: Buffer, at: number, v: number) => b.writeIntLE(integer(24, v), at, 3), 0],
		['32 bit', 1, 4, (b: Buffer, at: number, v: number) => b.writeInt32LE(integer(32, v), at), 0],
		['float', 3, 4, (b: Buffer, at: number, v: number) => b.writeFloatLE(v, at), 0],
		['double', 3, 8, (b: Buffer, at: number, v: number) => b.writeDoubleLE(v, at), 0],
	] as const)('reads %s samples', async (name, tag, sampleBytes, write, tolerance) => {
		const data = bytesOf(VALUES.length, sampleBytes, (bytes, at, index) => write(bytes, at, VALUES[index] as number));
		for (const extensible of [false, true]) {
			const file = await folder.put(`${name}.wav`, buildWav({ tag, sampleBytes, data, extensible }));
			const { planes, format } = await readAll(file);
			expect(format).toBe('WAV');
			for (const [index, sample] of (planes[0] as number[]).entries()) {
				expect(Math.abs(sample - (EXPECTED[index] as number))).toBeLessThanOrEqual(tolerance);
			}
		}
	});

	// Codes and values from the tables of ITU-T G.711 (13 and 14 bit, here scaled to 16).
	it.each([
		['A-law', 6, [0xd5, 0x55, 0xaa, 0x2a, 0x80], [8, -8, 32_256, -32_256, 5504]],
		['µ-law', 7, [0xff, 0x7f, 0x80, 0x00, 0xf0], [0, 0, 32_124, -32_124, 120]],
	] as const)('reads %s', async (name, tag, codes, expected) => {
		const file = await folder.put(`${name}.wav`, buildWav({ tag, sampleBytes: 1, data: Buffer.from(codes) }));
		expect((await readAll(file)).planes[0]).toEqual([...expected]);
	});

	it('keeps channels apart', async () => {
		const data = pcm16([1, 2, 3], [-1, -2, -3], [100, 200, 300]);
		const file = await folder.put('three.wav', buildWav({ channels: 3, data }));
		expect((await readAll(file)).planes).toEqual([
			[1, 2, 3],
			[-1, -2, -3],
			[100, 200, 300],
		]);
	});

	it('converts the rate of each channel', async () => {
		const left = toInt16(tone(440, 44_100, 44_100));
		const right = toInt16(tone(1000, 44_100, 44_100));
		const file = await folder.put('rate.wav', buildWav({ channels: 2, rateHz: 44_100, data: pcm16(left, right) }));
		const { planes, durationMs } = await readAll(file);
		expect(durationMs).toBe(1000);
		expect(planes.map((plane) => plane.length)).toEqual([16_000, 16_000]);
		expect(amplitudeAt(planes[0] as number[], 440, 16_000)).toBeCloseTo(16_384, -2);
		expect(amplitudeAt(planes[0] as number[], 1000, 16_000)).toBeLessThan(20);
		expect(amplitudeAt(planes[1] as number[], 1000, 16_000)).toBeCloseTo(16_384, -2);
	});

	it('passes over unknown chunks, odd ones too', async () => {
		const between = [chunk('LIST', Buffer.from('INFO!')), chunk('bext', Buffer.alloc(602))];
		const file = await folder.put(
			'chunks.wav',
			buildWav({ data: pcm16([5, 6]), between, after: [chunk('id3 ', Buffer.from('x'))] }),
		);
		expect((await readAll(file)).planes).toEqual([[5, 6]]);
	});

	it('keeps frames whole across reads', async () => {
		// Nine bytes a frame do not divide any read's size, and half a megabyte takes several.
		const frames = 60_000;
		const data = bytesOf(frames * 3, 3, (bytes, at, index) => bytes.writeIntLE((index % 30_000) << 8, at, 3));
		const file = await folder.put('long.wav', buildWav({ channels: 3, sampleBytes: 3, data }));
		const { planes } = await readAll(file);
		for (const [channel, plane] of planes.entries()) {
			expect(plane).toEqual(Array.from({ length: frames }, (_, frame) => (frame * 3 + channel) % 30_000));
		}
	});

	it.each([0, 0xffff_ffff, 0x7fff_f000])(
		'reads to the end what a pipe left with a size of %i',
		async (claimedBytes) => {
			const file = await folder.put('piped.wav', buildWav({ data: pcm16([7, 8, 9]), claimedBytes }));
			expect((await readAll(file)).planes).toEqual([[7, 8, 9]]);
		},
	);

	it('takes the size of RF64 from its ds64 chunk', async () => {
		const sizes = Buffer.alloc(28);
		sizes.writeBigUInt64LE(4n, 8);
		const plain = buildWav({
			data: pcm16([3, 4]),
			claimedBytes: 0xffff_ffff,
			form: 'RF64',
			after: [chunk('junk', Buffer.alloc(4))],
		});
		const wav = Buffer.concat([plain.subarray(0, 12), chunk('ds64', sizes), plain.subarray(12)]);
		expect((await readAll(await folder.put('rf64.wav', wav))).planes).toEqual([[3, 4]]);
	});

	it('reads a file that lost its last tenth as far as it goes', async () => {
		const file = await folder.put(
			'short.wav',
			buildWav({ data: pcm16(new Int16Array(950).fill(1)), claimedBytes: 2000 }),
		);
		expect((await readAll(file)).planes[0]).toHaveLength(950);
	});

	it('refuses a file that lost more', async () => {
		const data = pcm16(new Int16Array(16_000).fill(1));
		const file = await folder.put('half.wav', buildWav({ data, claimedBytes: 64_000 }));
		await expect(readAll(file)).rejects.toEqual(corrupt(/half\.wav.*cut off after 1\.0 s of 2\.0 s/));
	});

	it('leaves an incomplete last frame out', async () => {
		const data = Buffer.concat([pcm16([1, 2], [3, 4]), Buffer.from([9])]);
		expect((await readAll(await folder.put('frame.wav', buildWav({ channels: 2, data })))).planes).toEqual([
			[1, 2],
			[3, 4],
		]);
	});

	it('takes NaN and infinity for silence, and clips what is too loud', async () => {
		const values = [Number.NaN, Number.POSITIVE_INFINITY, 3, -3];
		const data = bytesOf(4, 4, (bytes, at, index) => bytes.writeFloatLE(values[index] as number, at));
		const file = await folder.put('nan.wav', buildWav({ tag: 3, sampleBytes: 4, data }));
		expect((await readAll(file)).planes).toEqual([[0, 0, 32_767, -32_768]]);
	});

	const [WAVE, DATA] = [Buffer.from('WAVE'), chunk('data', pcm16([1, 2]))];
	const dataFirst = chunk('RIFF', Buffer.concat([WAVE, DATA]));
	const shortExtensible = chunk('fmt ', Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.alloc(16)]));
	it.each([
		['no samples', buildWav({ data: Buffer.alloc(0) }), /holds no samples/],
		[
			'no samples but a chunk',
			buildWav({ data: Buffer.alloc(0), after: [chunk('LIST', Buffer.alloc(40))] }),
			/holds no samples/,
		],
		['header only', Buffer.from('RIFF\0\0\0\0WAVE'), /no format chunk/],
		['no data chunk', buildWav({ data: pcm16([1]) }).subarray(0, 36), /no data chunk/],
		['its data before its format', dataFirst, /its data comes before its format/],
		[
			'a format chunk that is cut off',
			chunk('RIFF', Buffer.concat([WAVE, chunk('fmt ', Buffer.alloc(14)), DATA])),
			/format chunk is cut off/,
		],
		[
			'a format chunk that makes no sense',
			chunk('RIFF', Buffer.concat([WAVE, chunk('fmt ', Buffer.alloc(70_000)), DATA])),
			/makes no sense/,
		],
		[
			'an extensible format chunk without its extension',
			chunk('RIFF', Buffer.concat([WAVE, shortExtensible, DATA])),
			/extensible format chunk is cut off/,
		],
		[
			'a ds64 chunk that is cut off',
			chunk('RF64', Buffer.concat([WAVE, chunk('ds64', Buffer.alloc(8)), DATA])),
			/ds64 chunk is cut off/,
		],
		['less than a frame', buildWav({ channels: 2, data: Buffer.alloc(2) }), /holds no samples/],
		['no channels', buildWav({ channels: 0, data: pcm16([1]) }), /0 channels/],
		['no rate', buildWav({ rateHz: 0, data: pcm16([1]) }), /0 Hz/],
		['odd width', buildWav({ sampleBytes: 5, data: pcm16([1, 2, 3, 4, 5]) }), /5 bytes/],
		[
			'chunk beyond the end',
			buildWav({ data: pcm16([1]), between: [chunk('LIST', Buffer.alloc(90))] }).subarray(0, 60),
			/before its audio/,
		],
	])('refuses a file with %s', async (_, bytes, reason) => {
		await expect(readAll(await folder.put('bad.wav', bytes))).rejects.toEqual(corrupt(reason));
	});

	it('leaves other codecs to ffmpeg', async () => {
		const file = await folder.put('adpcm.wav', buildWav({ tag: 0x11, data: Buffer.alloc(64) }));
		await expect(readAll(file, { ffmpeg: '/nowhere/ffmpeg' })).rejects.toMatchObject({
			code: 'SES_AUDIO_FORMAT',
			message: expect.stringContaining('WAV with codec 0x0011'),
		});
	});
});
