import OpusScript from 'opusscript';
import { describe, expect, it } from 'vitest';
import {
	createOpusDecoder,
	type OpusDecoder,
	opusBackend,
	opusPacketMs,
	powerOf,
	powerToDb,
} from '../../src/audio/index.ts';
import { speechPackets } from '../support/opus.ts';
import { seeded } from '../support/signals.ts';

/** 20 ms stereo packets of a 440 Hz tone, as a Discord client sends them. */
function tone(packets: number): Buffer[] {
	const encoder = new OpusScript(48_000, 2);
	return Array.from({ length: packets }, (_, packet) => {
		const pcm = Buffer.alloc(960 * 4);
		for (let n = 0; n < 960; n++) {
			const sample = Math.round(8000 * Math.sin((2 * Math.PI * 440 * (packet * 960 + n)) / 48_000));
			pcm.writeInt16LE(sample, n * 4);
			pcm.writeInt16LE(sample, n * 4 + 2);
		}
		return encoder.encode(pcm, 960);
	});
}

const levelDb = (pcm: Int16Array): number => powerToDb(powerOf(pcm));
const hasNative = await createOpusDecoder('native').then(
	(decoder) => {
		decoder.dispose();
		return true;
	},
	() => false,
);
const backends = hasNative ? (['native', 'wasm'] as const) : (['wasm'] as const);

it('prefers the back end that recovers lost packets', async () => {
	expect(await opusBackend()).toBe('wasm');
});

describe.each(backends)('the %s decoder', (backend) => {
	it('decodes 48 kHz stereo packets to 16 kHz mono', async () => {
		const decoder = await createOpusDecoder(backend);
		const decoded = tone(20).map((packet) => decoder.decode(packet) as Int16Array);
		expect(decoded.every((pcm) => pcm.length === 320)).toBe(true);
		// A sine of amplitude 8000 has a level of −15.3 dBFS.
		expect(levelDb(decoded[19] as Int16Array)).toBeCloseTo(-15.3, 0);
		decoder.dispose();
	});

	it('conceals a lost packet with what could have been there, and fades', async () => {
		const decoder = await createOpusDecoder(backend);
		const packets = tone(30);
		for (const packet of packets.slice(0, 20)) decoder.decode(packet);
		const first = decoder.conceal();
		expect(first.length).toBe(320);
		expect(levelDb(first)).toBeGreaterThan(-18);
		for (let lost = 0; lost < 20; lost++) decoder.conceal();
		expect(levelDb(decoder.conceal())).toBeLessThan(-25);
		for (const packet of packets.slice(20)) decoder.decode(packet);
		expect(levelDb(decoder.decode(packets[29] as Buffer) as Int16Array)).toBeCloseTo(-15.3, 0);
		decoder.dispose();
	});

	it('survives garbage and truncated packets', async () => {
		const decoder = await createOpusDecoder(backend);
		const [good] = tone(1) as [Buffer];
		const random = seeded(7);
		for (let round = 0; round < 500; round++) {
			const garbage = Buffer.from(Array.from({ length: Math.floor(random() * 400) }, () => Math.floor(random() * 256)));
			const pcm = decoder.decode(garbage);
			if (pcm) expect(pcm.length % 40).toBe(0);
		}
		expect(decoder.decode(new Uint8Array())).toBeUndefined();
		expect(decoder.decode(new Uint8Array(5000).fill(3))).toBeUndefined();
		decoder.decode(good.subarray(0, 10));
		expect(decoder.decode(good)?.length).toBe(320);
		decoder.dispose();
	});

	it('keeps hundreds of decoders apart', async () => {
		const packets = speechPackets(4000);
		// Each hears another part of the speech, with losses of its own.
		const play = (decoder: OpusDecoder, index: number, round: number): Int16Array => {
			const pcm =
				(index + round) % 7 === 0 ? undefined : decoder.decode(packets[(index + round) % packets.length] as Buffer);
			return pcm ?? decoder.conceal();
		};
		const rounds = 12;
		const together = await Promise.all(Array.from({ length: 300 }, () => createOpusDecoder(backend)));
		const heard = together.map((): Int16Array[] => []);
		for (let round = 0; round < rounds; round++) {
			for (const [index, decoder] of together.entries()) heard[index]?.push(play(decoder, index, round));
		}
		for (const decoder of together) decoder.dispose();
		for (const [index, each] of heard.entries()) {
			const alone = await createOpusDecoder(backend);
			const expected = Array.from({ length: rounds }, (_, round) => play(alone, index, round));
			alone.dispose();
			expect(each).toEqual(expected);
		}
		expect(heard[1]).not.toEqual(heard[2]);
	});
});

describe('opusPacketMs', () => {
	it.each([
		['a 20 ms CELT frame', [0xf8, 0xff, 0xfe], 20],
		['a table of contents alone (DTX)', [0x08], 20],
		['two 20 ms frames of one size', [0x09, 1, 2], 40],
		['three 20 ms frames', [0x0b, 0x03, 1, 2, 3], 60],
		['nothing', [], undefined],
		['two equal frames in an odd number of bytes', [0x09, 1], undefined],
		['no frames at all', [0x0b, 0x00], undefined],
		['more than 120 ms', [0x1b, 0x03, 1], undefined],
		['a second frame that begins behind the end', [0x0a, 9, 1], undefined],
		['two frames of lengths of their own', [0x0b, 0x82, 1, 7, 8, 9], 40],
		['frames of lengths of their own that are longer than the packet', [0x0b, 0x82, 9, 7], undefined],
		['three frames of one size with padding', [0x0b, 0x43, 2, 1, 2, 3, 0, 0], 60],
		['more padding than packet', [0x0b, 0x43, 9, 1, 2, 3], undefined],
		['padding whose length never ends', [0x0b, 0x43, 255, 255], undefined],
		['three frames of one size in a number of bytes that does not divide', [0x0b, 0x03, 1, 2], undefined],
	])('%s', (_, bytes, expected) => {
		expect(opusPacketMs(Uint8Array.from(bytes))).toBe(expected);
	});
});
