import { readdir } from 'node:fs/promises';
import OpusScript from 'opusscript';
import { describe, expect, it } from 'vitest';
import { createOpusDecoder, SpeakerTrack } from '../../src/audio/index.ts';
import { carriesLbrr } from '../../src/audio/opus-lbrr.ts';
import { readOggOpus } from '../../src/sim/index.ts';
import { seeded } from '../support/signals.ts';
import { distanceDb, WINDOW } from './spectral-distance.ts';

const SAMPLES = new URL('../../samples/ravdess/', import.meta.url);
const LOSS = 0.1;
/** Requests of opus_defines.h. */
const [SET_BITRATE, SET_INBAND_FEC, SET_PACKET_LOSS_PERC] = [4002, 4012, 4014];

/** Recorded speech, 16 kHz mono in pieces of 20 ms. */
async function speech(clips: number): Promise<Int16Array[][]> {
	const files = (await readdir(SAMPLES)).filter((name) => name.endsWith('.opus')).toSorted();
	return Promise.all(
		files.slice(0, clips).map(async (name) => {
			const decoder = await createOpusDecoder();
			const packets = await readOggOpus(new URL(name, SAMPLES).pathname);
			const pcm = packets.map((packet) => decoder.decode(packet) as Int16Array);
			decoder.dispose();
			return pcm;
		}),
	);
}

/** Codes speech as a client does on a link with losses; `fec` switches LBRR. */
function encode(pieces: readonly Int16Array[], fec: boolean, bitrate: number): Buffer[] {
	const encoder = new OpusScript(16_000, 1, OpusScript.Application.VOIP);
	encoder.encoderCTL(SET_BITRATE, bitrate);
	encoder.encoderCTL(SET_INBAND_FEC, fec ? 1 : 0);
	encoder.encoderCTL(SET_PACKET_LOSS_PERC, 20);
	const packets = pieces.map((pcm) => encoder.encode(Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength), WINDOW));
	// Encoders share one memory; one at a time is all that opusscript can be trusted with.
	encoder.delete();
	return packets;
}

/** Mean distance in dB of what stands in for lost packets, and of the packet after, from what was said. */
async function listen(clips: readonly (readonly Buffer[])[], withFec: boolean) {
	const random = seeded(11);
	const sum = { lost: 0, after: 0, count: 0, recovered: 0 };
	for (const packets of clips) {
		const [whole, holed] = await Promise.all([createOpusDecoder(), createOpusDecoder()]);
		let missed: Int16Array | undefined;
		for (const [index, packet] of packets.entries()) {
			const said = whole.decode(packet) as Int16Array;
			if (index > 5 && !missed && random() < LOSS) {
				missed = said;
				continue;
			}
			if (missed) {
				const recovered = withFec ? holed.recover?.(packet) : undefined;
				if (recovered) sum.recovered++;
				sum.lost += distanceDb(missed, recovered ?? holed.conceal());
				sum.after += distanceDb(said, holed.decode(packet) as Int16Array);
				sum.count++;
				missed = undefined;
			} else holed.decode(packet);
		}
		whole.dispose();
		holed.dispose();
	}
	return { ...sum, lost: sum.lost / sum.count, after: sum.after / sum.count };
}

const lbrrShare = (clips: readonly (readonly Buffer[])[]): number =>
	clips.flat().filter(carriesLbrr).length / clips.flat().length;

/** A matter of seconds, and of many on a busy machine. */
const PATIENT = { timeout: 180_000 };

describe('in-band FEC at 10 % loss, on recorded speech', PATIENT, () => {
	it.each([24_000, 32_000])(
		'brings lost packets nearer to what was said than concealment, at %i bit/s',
		async (bitrate) => {
			const clips = (await speech(12)).map((pieces) => encode(pieces, true, bitrate));
			const [fec, plc] = [await listen(clips, true), await listen(clips, false)];
			console.info(
				`log-spectral distance at ${bitrate} bit/s over ${fec.count} losses, ${fec.recovered} recovered ` +
					`(${(100 * lbrrShare(clips)).toFixed(0)} % of packets carry LBRR): FEC ${fec.lost.toFixed(1)} dB ` +
					`(next packet ${fec.after.toFixed(1)} dB), concealment ${plc.lost.toFixed(1)} dB (${plc.after.toFixed(1)} dB)`,
			);
			expect(fec.count).toBeGreaterThan(100);
			expect(fec.recovered).toBeGreaterThan(0.3 * fec.count);
			expect(fec.lost).toBeLessThan(0.8 * plc.lost);
			expect(fec.after).toBeLessThanOrEqual(plc.after);
		},
	);

	it('is concealment as ever where packets carry none', async () => {
		const clips = (await speech(3)).map((pieces) => encode(pieces, false, 24_000));
		expect(lbrrShare(clips)).toBe(0);
		const [fec, plc] = [await listen(clips, true), await listen(clips, false)];
		expect(fec).toEqual(plc);
	});

	it('is not claimed behind CELT, nor where the copy is longer than what was lost', async () => {
		const [pieces] = (await speech(1)) as [Int16Array[]];
		const packets = encode(pieces, true, 24_000);
		const next = packets.findIndex((packet, index) => index > 20 && carriesLbrr(packet));
		const decoder = await createOpusDecoder();
		for (const packet of packets.slice(0, next - 1)) decoder.decode(packet);
		const long = Uint8Array.from(packets[next] as Buffer);
		// 60 ms of the same band.
		long[0] = 0x58;
		long[1] = 0b1111_0000;
		expect(decoder.recover?.(long)).toBeUndefined();
		expect(decoder.recover?.(packets[next] as Buffer)?.length).toBe(WINDOW);
		decoder.decode(Uint8Array.of(0xf8, 0xff, 0xfe));
		expect(decoder.recover?.(packets[next] as Buffer)).toBeUndefined();
		decoder.dispose();
	});

	it('is used by the track for the last of the lost packets only', async () => {
		const [pieces] = (await speech(1)) as [Int16Array[]];
		const packets = encode(pieces, true, 24_000);
		const after = packets.findIndex((packet, index) => index > 20 && carriesLbrr(packet));
		const track = new SpeakerTrack({ decoder: await createOpusDecoder(), startMs: 0 });
		for (const [index, payload] of packets.entries()) {
			if (index >= after - 3 && index < after) continue;
			track.push({ sequence: index, timestamp: index * 960, arrivalMs: index * 20, payload });
		}
		track.flush();
		expect(track.counters).toMatchObject({ heard: packets.length - 3, lost: 3, concealed: 2, recovered: 1 });
		track.dispose();
	});
});

describe('carriesLbrr', () => {
	it.each([
		['a SILK frame of 20 ms with the flag', [0x48, 0b1100_0000], true],
		['one with voice activity alone', [0x48, 0b1000_0000], false],
		['one without a frame (DTX)', [0x48], false],
		['60 ms: the flag comes behind three of voice activity', [0x58, 0b0001_0000], true],
		['60 ms with all of voice activity alone', [0x58, 0b1110_0000], false],
		['stereo, the side channel alone', [0x4c, 0b0001_0000], true],
		['a hybrid frame', [0x78, 0b0100_0000], true],
		['CELT', [0xf8, 0b1111_1111], false],
		['two frames of lengths of their own', [0x4a, 1, 0b0100_0000, 0], true],
		['a count of frames with padding', [0x4b, 0x42, 1, 0b0100_0000, 0, 0], true],
		['a count of frames of lengths of their own', [0x4b, 0x82, 1, 0b0100_0000, 0], true],
		['nothing', [], false],
	])('%s', (_, bytes, expected) => {
		expect(carriesLbrr(Uint8Array.from(bytes))).toBe(expected);
	});
});
