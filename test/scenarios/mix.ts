import OpusScript from 'opusscript';
import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import type { Line, Scenario } from './script.ts';

/** A Discord client's packet. */
export const PACKET_MS = 20;
const PACKET_SAMPLES = (SAMPLE_RATE_HZ * PACKET_MS) / 1000;
const BIT_RATE = 32_000;
const OPUS_SET_COMPLEXITY = 4010;
/** Of 0…10: phones use about this; it takes half of the time of the highest. */
const COMPLEXITY = 4;
/** Sounds nearer to each other than this are sent without a pause. */
const JOINED_MS = 300;

/** Packets that one member sends in one go. */
export interface Stretch {
	readonly userId: string;
	/** When the first is sent, since the scenario began. */
	readonly atMs: number;
	readonly packets: readonly Buffer[];
}

/** What of a member's lines overlaps or nearly touches; it is mixed and coded as one. */
interface Passage {
	readonly atMs: number;
	readonly lines: readonly Line[];
}

function passagesOf(lines: readonly Line[]): Passage[] {
	const passages: { atMs: number; endMs: number; lines: Line[] }[] = [];
	for (const line of lines.toSorted((a, b) => a.atMs - b.atMs)) {
		const endMs = line.atMs + line.clip.durationMs;
		const last = passages.at(-1);
		if (last && line.atMs <= last.endMs + JOINED_MS) {
			last.lines.push(line);
			last.endMs = Math.max(last.endMs, endMs);
		} else passages.push({ atMs: line.atMs, endMs, lines: [line] });
	}
	return passages;
}

/** The sum of the lines, each with its gain, where full scale cuts them off as a microphone does. */
function mixed({ atMs, lines }: Passage): Int16Array {
	const offsetOf = (line: Line): number => Math.round(((line.atMs - atMs) * SAMPLE_RATE_HZ) / 1000);
	const length = Math.max(...lines.map((line) => offsetOf(line) + line.clip.pcm.length));
	const sum = new Float32Array(Math.ceil(length / PACKET_SAMPLES) * PACKET_SAMPLES);
	for (const line of lines) {
		const offset = offsetOf(line);
		const gain = 10 ** (line.gainDb / 20);
		for (let n = 0; n < line.clip.pcm.length; n++) {
			sum[offset + n] = (sum[offset + n] as number) + gain * (line.clip.pcm[n] as number);
		}
	}
	return Int16Array.from(sum, (value) => Math.round(Math.max(-32_768, Math.min(32_767, value))));
}

function coded(pcm: Int16Array): Buffer[] {
	const encoder = new OpusScript(SAMPLE_RATE_HZ, 1, OpusScript.Application.VOIP);
	encoder.setBitrate(BIT_RATE);
	encoder.encoderCTL(OPUS_SET_COMPLEXITY, COMPLEXITY);
	const packets: Buffer[] = [];
	for (let at = 0; at < pcm.length; at += PACKET_SAMPLES) {
		const frame = Buffer.alloc(2 * PACKET_SAMPLES);
		for (let n = 0; n < PACKET_SAMPLES; n++) frame.writeInt16LE(pcm[at + n] as number, 2 * n);
		packets.push(encoder.encode(frame, PACKET_SAMPLES));
	}
	// Encoders share one memory; one at a time is all that opusscript can be trusted with.
	encoder.delete();
	return packets;
}

/** Mixes and codes what members send; what sounds alike is coded once. */
export class Mixer {
	readonly #coded = new Map<string, readonly Buffer[]>();

	/** In order of time. */
	stretches({ members, lines }: Scenario): Stretch[] {
		return members
			.flatMap((member) =>
				passagesOf(lines.filter(({ who }) => who === member)).map((passage) => ({
					userId: member.name,
					atMs: passage.atMs,
					packets: this.#packets(passage),
				})),
			)
			.sort((a, b) => a.atMs - b.atMs);
	}

	#packets(passage: Passage): readonly Buffer[] {
		const key = passage.lines.map(({ clip, atMs, gainDb }) => `${clip.id} ${atMs - passage.atMs} ${gainDb}`).join(', ');
		const packets = this.#coded.get(key) ?? coded(mixed(passage));
		this.#coded.set(key, packets);
		return packets;
	}
}
