import { describe, expect, it } from 'vitest';
import { opusPacketMs } from '../../src/audio/index.ts';

/** A table of contents: configuration (RFC 6716, table 2) and code for the number of frames (§3.2). */
const toc = (configuration: number, code: 0 | 1 | 2 | 3): number => (configuration << 3) | code;
/** CELT at 20 ms. */
const CELT_20 = 31;
const data = (bytes: number): number[] => Array<number>(bytes).fill(7);
const ms = (...bytes: readonly (number | readonly number[])[]): number | undefined =>
	opusPacketMs(Uint8Array.from(bytes.flat()));

describe('the length of an Opus packet', () => {
	it.each([
		[0, 10],
		[1, 20],
		[2, 40],
		[3, 60],
		[12, 10],
		[15, 20],
		[16, 2.5],
		[17, 5],
		[18, 10],
		[31, 20],
	])('of configuration %i is %f ms a frame', (configuration, expected) => {
		expect(ms(toc(configuration, 0), 1)).toBe(expected);
		expect(ms(toc(configuration, 1), 1, 1)).toBe(2 * expected);
	});

	it('with one frame may be that of a frame without bytes, and of 1275 at most', () => {
		expect(ms(toc(CELT_20, 0))).toBe(20);
		expect(ms(toc(CELT_20, 0), data(1275))).toBe(20);
		expect(ms(toc(CELT_20, 0), data(1276))).toBeUndefined();
	});

	it('with two frames of one length wants an even number of bytes', () => {
		expect(ms(toc(CELT_20, 1), data(4))).toBe(40);
		expect(ms(toc(CELT_20, 1), data(5))).toBeUndefined();
		expect(ms(toc(CELT_20, 1), data(2 * 1275))).toBe(40);
		expect(ms(toc(CELT_20, 1), data(2 * 1276))).toBeUndefined();
	});

	it('with two frames wants the first to fit into it', () => {
		expect(ms(toc(CELT_20, 2), 2, data(5))).toBe(40);
		expect(ms(toc(CELT_20, 2), 5, data(5))).toBe(40);
		expect(ms(toc(CELT_20, 2), 6, data(5))).toBeUndefined();
		expect(ms(toc(CELT_20, 2))).toBeUndefined();
		// From 252 on there are two bytes: 252 + 4 · 1.
		expect(ms(toc(CELT_20, 2), 252, 1, data(256))).toBe(40);
		expect(ms(toc(CELT_20, 2), 252, 1, data(255))).toBeUndefined();
		expect(ms(toc(CELT_20, 2), 252)).toBeUndefined();
		expect(ms(toc(CELT_20, 2), 0, data(1275))).toBe(40);
		expect(ms(toc(CELT_20, 2), 0, data(1276))).toBeUndefined();
	});

	it('with a count of frames is 120 ms at most, and not nothing', () => {
		expect(ms(toc(CELT_20, 3), 6, data(6))).toBe(120);
		expect(ms(toc(CELT_20, 3), 7, data(7))).toBeUndefined();
		expect(ms(toc(CELT_20, 3), 0)).toBeUndefined();
		expect(ms(toc(CELT_20, 3))).toBeUndefined();
		expect(ms(toc(16, 3), 48, data(48))).toBe(120);
		expect(ms(toc(16, 3), 49, data(49))).toBeUndefined();
	});

	it('with a count of frames of one length wants them to come out even', () => {
		expect(ms(toc(CELT_20, 3), 3, data(6))).toBe(60);
		expect(ms(toc(CELT_20, 3), 3, data(7))).toBeUndefined();
		expect(ms(toc(CELT_20, 3), 2, data(2 * 1275))).toBe(40);
		expect(ms(toc(CELT_20, 3), 2, data(2 * 1276))).toBeUndefined();
	});

	it('leaves padding out, which must fit', () => {
		const padded = 0x40;
		expect(ms(toc(CELT_20, 3), padded | 2, 3, data(4), data(3))).toBe(40);
		expect(ms(toc(CELT_20, 3), padded | 2, 3, data(4), data(2))).toBeUndefined();
		expect(ms(toc(CELT_20, 3), padded | 1, 9, data(8))).toBeUndefined();
		// 255 stands for 254 and more to come.
		expect(ms(toc(CELT_20, 3), padded | 2, 255, 1, data(4), data(255))).toBe(40);
		expect(ms(toc(CELT_20, 3), padded | 2, 255, 1, data(4), data(254))).toBeUndefined();
		expect(ms(toc(CELT_20, 3), padded | 1, 255)).toBeUndefined();
		expect(ms(toc(CELT_20, 3), padded | 1)).toBeUndefined();
	});

	it('with lengths of its own for each frame wants all of them to fit', () => {
		const varied = 0x80;
		expect(ms(toc(CELT_20, 3), varied | 3, 2, 1, data(2), data(1), data(5))).toBe(60);
		expect(ms(toc(CELT_20, 3), varied | 3, 2, 1, data(2))).toBeUndefined();
		expect(ms(toc(CELT_20, 3), varied | 3, 2)).toBeUndefined();
		expect(ms(toc(CELT_20, 3), varied | 2, 0, data(1275))).toBe(40);
		expect(ms(toc(CELT_20, 3), varied | 2, 0, data(1276))).toBeUndefined();
		expect(ms(toc(CELT_20, 3), varied | 0x40 | 2, 4, 3, data(3), data(3), data(4))).toBe(40);
		expect(ms(toc(CELT_20, 3), varied | 0x40 | 2, 4, 3, data(3), data(3))).toBeUndefined();
	});

	it('is that of nothing without a byte, or with more than any decoder takes', () => {
		expect(ms()).toBeUndefined();
		// Three frames and the bytes before them: as long as libopus allows.
		expect(ms(toc(CELT_20, 3), 3, data(3 * 1275))).toBe(60);
		expect(ms(toc(CELT_20, 3), 0x40 | 3, 2, data(3 * 1275), 0, 0)).toBeUndefined();
	});
});
