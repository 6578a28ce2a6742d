import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodedBytes } from '../../src/inference/bullmq/codec/transform-codec.ts';
import { MAX_SAMPLES, PayloadError, packAudio, unpackAudio } from '../../src/inference/bullmq/payload.ts';
import { babble, noise, seeded } from '../support/signals.ts';

const JOB = 'producer-job';

function joined(frames: readonly { readonly pcm: Int16Array | null }[]): Int16Array {
	return Int16Array.from(frames.flatMap(({ pcm }) => [...(pcm ?? [])]));
}

const tone = (hz: number, amplitude: number, samples = 32_000): Int16Array =>
	Int16Array.from({ length: samples }, (_, n) => Math.round(amplitude * Math.sin((2 * Math.PI * hz * n) / 16_000)));

const travelled = (pcm: Int16Array, key?: Buffer): Int16Array =>
	unpackAudio(packAudio(pcm, JOB, { codec: 'compact', key }), JOB, key);

/** Power of what was said over that of what became of it on the way, in decibels. */
function snrDb(said: Int16Array, heard: Int16Array): number {
	let signal = 0;
	let error = 0;
	for (const [index, sample] of said.entries()) {
		signal += sample ** 2;
		error += (sample - (heard[index] as number)) ** 2;
	}
	return 10 * Math.log10(signal / error);
}

describe('compact audio', () => {
	it.each([
		['syllables', joined(babble(2_000)), 11],
		['a quiet voice', joined(babble(2_000, -50)), 11],
		['noise', joined(noise(2_000, -20)), 11],
		['a low tone', tone(150, 12_000), 30],
		['a high tone', tone(5_900, 12_000), 27],
		['full scale', tone(700, 32_767), 30],
	])('of %s comes back close to what it was', (_, said, least) => {
		const heard = travelled(said);
		expect(heard.length).toBe(said.length);
		expect(snrDb(said, heard)).toBeGreaterThan(least);
	});

	it('keeps silence silent, and clips nothing that was not clipped', () => {
		expect(travelled(new Int16Array(5_000)).every((sample) => sample === 0)).toBe(true);
		const square = Int16Array.from({ length: 16_000 }, (_, n) => (n % 64 < 32 ? 32_767 : -32_768));
		const heard = travelled(square);
		// What overshoots is held at the edge instead of coming out on the other side.
		expect(heard.every((sample, index) => Math.abs(sample - (square[index] as number)) < 32_768)).toBe(true);
	});

	it('keeps its noise below each band, so that what is weak beside what is loud is still there', () => {
		const loud = tone(300, 12_000);
		const weak = tone(6_000, 60);
		const said = loud.map((sample, index) => sample + (weak[index] as number));
		const heard = travelled(said);
		/** Amplitude of the sine at `hz` (Goertzel's sum, from the midst of the clip). */
		const amplitudeAt = (pcm: Int16Array, hz: number): number => {
			let re = 0;
			let im = 0;
			for (let n = 8_000; n < 24_000; n++) {
				re += (pcm[n] as number) * Math.cos((2 * Math.PI * hz * n) / 16_000);
				im += (pcm[n] as number) * Math.sin((2 * Math.PI * hz * n) / 16_000);
			}
			return (2 * Math.hypot(re, im)) / 16_000;
		};
		expect(amplitudeAt(heard, 6_000)).toBeGreaterThan(45);
		expect(amplitudeAt(heard, 6_000)).toBeLessThan(75);
		expect(amplitudeAt(heard, 3_000)).toBeLessThan(6);
	});

	it('takes at most 8 KB for each second from one second on, whatever was said', () => {
		for (const seconds of [1, 1.5, 3, 6, 60]) {
			for (const key of [undefined, randomBytes(32)]) {
				const pcm = new Int16Array(randomBytes(seconds * 32_000).buffer.slice(0, seconds * 32_000));
				const { length } = packAudio(pcm, JOB, { codec: 'compact', key });
				expect(length / seconds).toBeLessThanOrEqual(8_000);
			}
		}
		expect(encodedBytes(16_000 * 3_600) / 3_600).toBeLessThan(7_251);
	});

	it.each([1, 2, 511, 512, 513, 1_023, 1_025])('of %i samples has as many when it comes back', (samples) => {
		const said = joined(noise(100, -20)).subarray(0, samples);
		const heard = travelled(said);
		expect(heard.length).toBe(samples);
		expect(snrDb(said, heard)).toBeGreaterThan(6);
	});

	it('says the same in every process: what it makes of the same samples never differs', () => {
		const said = joined(babble(500, -25, seeded(7)));
		const once = packAudio(said, JOB, { codec: 'compact' });
		expect(packAudio(said, JOB, { codec: 'compact' })).toEqual(once);
		expect(unpackAudio(once, JOB)).toEqual(unpackAudio(Buffer.from(once), JOB));
	});
});

describe('a payload that is not what it should be', () => {
	const whole = packAudio(tone(200, 9_000, 4_000), JOB, { codec: 'compact' });
	const edited = (edit: (copy: Buffer) => void): Buffer => {
		const copy = Buffer.from(whole);
		edit(copy);
		return copy;
	};

	it.each([
		['nothing', Buffer.alloc(0), /0 bytes: not even a header/],
		['a piece of a header', whole.subarray(0, 5), /5 bytes: not even a header/],
		['a header alone', whole.subarray(0, 6), /has 6 bytes; 4000 samples take/],
		['one that lacks its last byte', whole.subarray(0, -1), /4000 samples take/],
		['one with a byte too many', Buffer.concat([whole, Buffer.of(0)]), /4000 samples take/],
		['one that claims more than it has', edited((copy) => copy.writeUInt32LE(9_000_000, 2)), /9000000 samples take/],
		['one beyond ten minutes', edited((copy) => copy.writeUInt32LE(MAX_SAMPLES + 1, 2)), /at most 9600000/],
		['one without samples', edited((copy) => copy.writeUInt32LE(0, 2)), /0 samples; at most/],
		['one of another version', edited((copy) => copy.writeUInt8(2, 0)), /version 2; this worker reads version 1/],
		['one of another codec', edited((copy) => copy.writeUInt8(9, 1)), /unknown codec 9/],
		['one that claims to be encrypted', edited((copy) => copy.writeUInt8(0x82, 1)), /no SES_PAYLOAD_KEY/],
	])('is refused: %s', (_, payload, reason) => {
		expect(() => unpackAudio(payload, JOB)).toThrow(PayloadError);
		expect(() => unpackAudio(payload, JOB)).toThrow(reason);
	});

	it('is refused as garbage, or is audio: never anything else', () => {
		const random = seeded(11);
		for (let round = 0; round < 2_000; round++) {
			const payload = Buffer.from(Array.from({ length: Math.floor(random() * 600) }, () => Math.floor(random() * 256)));
			try {
				expect(unpackAudio(payload, JOB)).toBeInstanceOf(Int16Array);
			} catch (error) {
				expect(error).toBeInstanceOf(PayloadError);
			}
		}
		// A body of garbage behind a good header is noise, as long as was said, and harms nobody.
		for (let round = 0; round < 50; round++) {
			const body = Buffer.concat([whole.subarray(0, 6), randomBytes(whole.length - 6)]);
			expect(unpackAudio(body, JOB).length).toBe(4_000);
		}
	});

	it('is refused when it was altered, is of another job or of another key, where it is encrypted', () => {
		const key = Buffer.alloc(32, 1);
		const sealed = packAudio(tone(200, 9_000, 4_000), JOB, { codec: 'compact', key });
		expect(unpackAudio(sealed, JOB, key).length).toBe(4_000);
		for (const at of [6, 20, sealed.length - 1]) {
			const altered = Buffer.from(sealed);
			altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
			expect(() => unpackAudio(altered, JOB, key), `byte ${at}`).toThrow(/does not decrypt/);
		}
		expect(() => unpackAudio(sealed, 'another', key)).toThrow(/does not decrypt/);
		expect(() => unpackAudio(sealed, JOB, Buffer.alloc(32, 2))).toThrow(/different keys/);
		expect(() => unpackAudio(whole, JOB, key)).toThrow(/not encrypted/);
	});
});
