import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Resampler } from '../../src/audio/files/index.ts';
import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';

export interface CallShape {
	readonly hours: number;
	readonly channels: 1 | 2;
	readonly rateHz: number;
}

/** A pause before the other answers, by turns; the negative ones are interruptions. */
const PAUSES_MS = [350, 600, -250, 900, 450, 1500, 300, -400, 700];
/** So many are made and repeated. */
const MINUTES = 10;

const HEADER_BYTES = 44;

function header(frames: number, { channels, rateHz }: CallShape): Buffer {
	const frameBytes = channels * 2;
	const bytes = Buffer.alloc(HEADER_BYTES);
	bytes.write('RIFF', 0, 'latin1');
	bytes.writeUInt32LE(36 + frames * frameBytes, 4);
	bytes.write('WAVEfmt ', 8, 'latin1');
	bytes.writeUInt32LE(16, 16);
	bytes.writeUInt16LE(1, 20);
	bytes.writeUInt16LE(channels, 22);
	bytes.writeUInt32LE(rateHz, 24);
	bytes.writeUInt32LE(rateHz * frameBytes, 28);
	bytes.writeUInt16LE(frameBytes, 32);
	bytes.writeUInt16LE(16, 34);
	bytes.write('data', 36, 'latin1');
	bytes.writeUInt32LE(frames * frameBytes, 40);
	return bytes;
}

const clipped = (value: number): number => Math.max(-32_768, Math.min(32_767, Math.round(value)));

function atRate(pcm: Int16Array, rateHz: number): Int16Array {
	if (rateHz === SAMPLE_RATE_HZ) return pcm;
	const resampler = new Resampler(SAMPLE_RATE_HZ, rateHz);
	const input = Float32Array.from(pcm);
	return Int16Array.from([...resampler.push(input), ...resampler.flush()], clipped);
}

/** Two parties take turns, minute by minute. */
function minutesOf(parties: readonly (readonly Int16Array[])[], { channels, rateHz }: CallShape): Buffer[] {
	const frames = SAMPLE_RATE_HZ * 60;
	let turn = 0;
	return Array.from({ length: MINUTES }, () => {
		const planes = [new Int16Array(frames), new Int16Array(frames)] as const;
		let at = 0;
		while (true) {
			const own = parties[turn % 2] as readonly Int16Array[];
			const clip = own[Math.floor(turn / 2) % own.length] as Int16Array;
			at = Math.max(0, at + ((PAUSES_MS[turn % PAUSES_MS.length] as number) * SAMPLE_RATE_HZ) / 1000);
			if (at + clip.length > frames) break;
			(planes[turn % 2] as Int16Array).set(clip, at);
			at += clip.length;
			turn++;
		}
		const sides =
			channels === 2 ? planes : [planes[0].map((sample, frame) => clipped(sample + (planes[1][frame] as number)))];
		const converted = sides.map((plane) => atRate(plane, rateHz));
		const bytes = Buffer.alloc(rateHz * 60 * channels * 2);
		for (const [channel, plane] of converted.entries()) {
			for (const [frame, sample] of plane.entries()) bytes.writeInt16LE(sample, (frame * channels + channel) * 2);
		}
		return bytes;
	});
}

/** Writes a call of recorded speech as WAV. @param parties clips of either, 16 kHz */
export async function writeCall(
	file: string,
	parties: readonly (readonly Int16Array[])[],
	shape: CallShape,
): Promise<void> {
	const minutes = minutesOf(parties, shape);
	const count = Math.max(1, Math.round(shape.hours * 60));
	const stream = createWriteStream(file);
	stream.write(header(count * 60 * shape.rateHz, shape));
	for (let index = 0; index < count; index++) {
		if (!stream.write(minutes[index % minutes.length])) await once(stream, 'drain');
	}
	stream.end();
	await once(stream, 'finish');
}
