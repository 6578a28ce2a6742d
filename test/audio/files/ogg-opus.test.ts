import { describe, expect, it } from 'vitest';
import { buildPage, encode, oggOpusPages, opusHead, opusTags } from './ogg-builder.ts';
import { amplitudeAt, rms, tone } from './signals.ts';
import { readAll, useTempFolder } from './temp.ts';

const folder = useTempFolder();
const put = (pages: readonly Buffer[], name = 'clip.opus') => folder.put(name, Buffer.concat(pages));

const PRE_SKIP = 312;
const second = encode(tone(440, 48_000, 48_000));
/** What one second of packets leaves once the run-in is out: 1000 − 6.5 ms. */
const SECOND_SAMPLES = (48_000 - PRE_SKIP) / 3;

const corrupt = (reason: RegExp) =>
	expect.objectContaining({ code: 'SES_AUDIO_CORRUPT', message: expect.stringMatching(reason) });

describe('Ogg/Opus files', () => {
	it('decodes to 16 kHz, without the run-in', async () => {
		const { format, planes, durationMs } = await readAll(await put(oggOpusPages({ packets: second })));
		expect(format).toBe('Ogg/Opus');
		expect(durationMs).toBeCloseTo(993.5);
		expect(planes).toHaveLength(1);
		expect(planes[0]).toHaveLength(SECOND_SAMPLES);
		expect(amplitudeAt((planes[0] as number[]).slice(1600), 440, 16_000) / 16_384).toBeCloseTo(1, 1);
	});

	it('keeps the channels of a stereo recording apart', async () => {
		const packets = encode(tone(440, 48_000, 48_000), tone(1500, 48_000, 48_000));
		const { planes } = await readAll(await put(oggOpusPages({ head: { channels: 2 }, packets })));
		const [left, right] = planes as [number[], number[]];
		expect(left).toHaveLength(SECOND_SAMPLES);
		expect(amplitudeAt(left, 440, 16_000)).toBeGreaterThan(14_000);
		expect(amplitudeAt(left, 1500, 16_000)).toBeLessThan(1600);
		expect(amplitudeAt(right, 1500, 16_000)).toBeGreaterThan(14_000);
		expect(amplitudeAt(right, 440, 16_000)).toBeLessThan(1600);
	});

	it('decodes several streams in one (mapping family 1 and 255)', async () => {
		// Two mono streams in one packet; the first is self-delimited (RFC 6716, appendix B).
		const a = encode(tone(440, 48_000, 48_000));
		const b = encode(tone(1500, 48_000, 48_000));
		const packets = a.map((first, index) => {
			const body = first.subarray(1);
			const length =
				body.length < 252 ? [body.length] : [252 + (body.length & 3), (body.length - 252 - (body.length & 3)) >> 2];
			return Buffer.concat([first.subarray(0, 1), Buffer.from(length), body, b[index] as Buffer]);
		});
		const head = { channels: 2, family: 255, layout: [2, 0, 1, 0] };
		const { planes } = await readAll(await put(oggOpusPages({ head, packets })));
		expect(amplitudeAt(planes[0] as number[], 1500, 16_000)).toBeGreaterThan(14_000);
		expect(amplitudeAt(planes[1] as number[], 440, 16_000)).toBeGreaterThan(14_000);
	});

	it('trims the end to the last granule position', async () => {
		const endGranule = 48_000 - 700 * 3;
		const { planes } = await readAll(await put(oggOpusPages({ packets: second, endGranule })));
		expect(planes[0]).toHaveLength(SECOND_SAMPLES - 700);
	});

	it('does not count what a stream was before the recording of it began', async () => {
		const startGranule = 48_000 * 60;
		const { planes } = await readAll(await put(oggOpusPages({ packets: second, startGranule })));
		expect(planes[0]).toHaveLength(SECOND_SAMPLES);
	});

	it('applies the gain of the header', async () => {
		const plain = await readAll(await put(oggOpusPages({ packets: second })));
		const { planes } = await readAll(await put(oggOpusPages({ packets: second, head: { gainDb: -12 } })));
		expect(rms(planes[0] as number[]) / rms(plain.planes[0] as number[])).toBeCloseTo(10 ** (-12 / 20), 2);
	});

	it('reads a recording without its end', async () => {
		const pages = oggOpusPages({ packets: second, withoutEnd: true });
		const cut = Buffer.concat(pages).subarray(0, -40);
		const { planes } = await readAll(await put([cut]));
		expect(planes[0]).toHaveLength(SECOND_SAMPLES - 10 * 320);
	});

	it('follows packets over page ends, and comments over many pages', async () => {
		const big = Buffer.alloc(255 * 300, 1);
		opusTags().copy(big);
		const tags = [
			buildPage({ sequence: 1, granule: -1, packets: [big.subarray(0, 255 * 200)], unfinished: true }),
			buildPage({ sequence: 2, granule: 0, continued: true, packets: [big.subarray(255 * 200)] }),
		];
		// A packet of exactly 255 bytes on the first page, the rest of it on the next: the lace 255 at a page's end.
		const long = second.find((packet) => packet.length > 255) as Buffer;
		const audio = [
			buildPage({ sequence: 3, granule: -1, packets: [long.subarray(0, 255)], unfinished: true }),
			buildPage({ sequence: 4, granule: 1920, continued: true, ends: true, packets: [long.subarray(255), long] }),
		];
		const head = buildPage({ sequence: 0, granule: 0, begins: true, packets: [opusHead({ preSkip: 0 })] });
		const { planes } = await readAll(await put([head, ...tags, ...audio]));
		expect(planes[0]).toHaveLength(640);
	});

	it('stands silence in for pages that are missing or damaged, so that times stay true', async () => {
		const pages = oggOpusPages({ packets: second });
		const missing = pages.filter((_, index) => index !== 4);
		const { planes } = await readAll(await put(missing));
		expect(planes[0]).toHaveLength(SECOND_SAMPLES);
		// Page 4 holds packets 20 to 29: 400 to 600 ms, less the run-in.
		expect(rms(planes[0] as number[], 6400 - 104, 9600 - 104)).toBe(0);
		expect(rms(planes[0] as number[], 9600 - 104 + 640, 12_000)).toBeGreaterThan(10_000);

		const damaged = pages.map((page, index) => (index === 4 ? flipped(page, 200) : page));
		expect((await readAll(await put(damaged))).planes[0]).toEqual(planes[0]);
	});

	it('does so at the beginning, too', async () => {
		const { planes } = await readAll(await put(oggOpusPages({ packets: second }).filter((_, index) => index !== 2)));
		// 200 ms are missing; the run-in is taken off what comes after.
		expect(planes[0]).toHaveLength(SECOND_SAMPLES);
		expect(rms(planes[0] as number[], 0, 3200)).toBe(0);
		expect(rms(planes[0] as number[], 3600, 12_000)).toBeGreaterThan(10_000);
	});

	it('finds its way through garbage', async () => {
		const noise = Buffer.from('OggS garbage OggS\0\0 more of it '.repeat(500), 'latin1');
		const pages = oggOpusPages({ packets: second });
		const plain = (await readAll(await put(pages))).planes;
		const strewn = [
			noise,
			...pages.flatMap((page, index) => (index === 3 || index === 5 ? [noise, page] : [page])),
			noise,
		];
		// Sniffing wants the stream's beginning early on; only then is it a damaged recording and not noise.
		expect((await readAll(await put([pages[0] as Buffer, ...strewn.slice(2)]))).planes).toEqual(plain);
	});

	it('passes over packets that are no Opus', async () => {
		const packets = second.map((packet, index) => (index % 10 === 4 ? Buffer.from([0xff]) : packet));
		const { planes } = await readAll(await put(oggOpusPages({ packets, packetsPerPage: 1 })));
		expect(planes[0]).toHaveLength(SECOND_SAMPLES);
	});

	it('reads streams whose writer left the checksums out', async () => {
		const { planes } = await readAll(await put(oggOpusPages({ packets: second, withoutChecksum: true })));
		expect(planes[0]).toHaveLength(SECOND_SAMPLES);
	});

	it('reads chained recordings, also where the number of channels changes', async () => {
		const stereo = encode(tone(440, 48_000, 48_000), tone(1500, 48_000, 48_000));
		const first = oggOpusPages({ serial: 1, head: { channels: 2 }, packets: stereo });
		const then = oggOpusPages({ serial: 2, packets: second });
		const { planes } = await readAll(await put([...first, ...then]));
		expect(planes.map((plane) => plane.length)).toEqual([2 * SECOND_SAMPLES, 2 * SECOND_SAMPLES]);
		const rest = planes.map((plane) => plane.slice(SECOND_SAMPLES));
		expect(rest[0]).toEqual(rest[1]);
		expect(amplitudeAt(rest[0] as number[], 440, 16_000)).toBeGreaterThan(14_000);
	});

	it('hears the first of streams that run side by side', async () => {
		const one = oggOpusPages({ serial: 1, packets: second });
		const two = oggOpusPages({ serial: 2, packets: encode(tone(1500, 48_000, 48_000)) });
		const { planes } = await readAll(await put(one.flatMap((page, index) => [page, two[index] as Buffer])));
		expect(planes[0]).toHaveLength(SECOND_SAMPLES);
		expect(amplitudeAt(planes[0] as number[], 1500, 16_000)).toBeLessThan(1600);
	});

	it.each([
		[
			'a header that is cut off',
			[buildPage({ sequence: 0, granule: 0, begins: true, packets: [Buffer.from('OpusHead\x01')] })],
			/cut off/,
		],
		['a header of the future', oggOpusPages({ packets: second, head: { version: 16 } }), /unknown version/],
		['three channels in family 0', oggOpusPages({ packets: second, head: { channels: 3 } }), /3 channels/],
		[
			'a mapping to streams that are not there',
			oggOpusPages({ packets: second, head: { family: 1, channels: 2, layout: [1, 0, 0, 7] } }),
			/makes no sense/,
		],
		['no audio', oggOpusPages({ packets: [] }), /no audio/],
		[
			'nothing but damaged audio',
			oggOpusPages({ packets: second }).map((page, index) => (index < 2 ? page : flipped(page, 100))),
			/no audio/,
		],
		[
			'a damaged beginning',
			oggOpusPages({ packets: second }).map((page, index) => (index > 0 ? page : flipped(page, 40))),
			/no Opus stream begins/,
		],
	] as const)('refuses %s', async (_, pages, reason) => {
		await expect(readAll(await put(pages))).rejects.toEqual(corrupt(reason));
	});
});

function flipped(page: Buffer, at: number): Buffer {
	const copy = Buffer.from(page);
	copy[at] = (copy[at] as number) ^ 0x40;
	return copy;
}
