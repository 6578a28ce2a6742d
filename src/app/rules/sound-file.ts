import { readFile, stat } from 'node:fs/promises';
import { oggPages, PacketAssembler } from '../../audio/files/ogg.ts';
import { isOpusHead, parseOpusHead } from '../../audio/files/opus-head.ts';
import { opusPacketMs } from '../../audio/index.ts';

/** A short line or a cue; who wants to hear more plays music elsewhere. */
const LONGEST_MS = 15_000;
const LARGEST_BYTES = 2 * 1024 * 1024;
/** What Discord's clients send, and what the player paces by. */
const PACKET_MS = 20;
/** `OpusHead` and `OpusTags` (RFC 7845 §3). */
const HEADER_PACKETS = 2;

/**
 * Reads what a rule plays: an Ogg/Opus file, passed on as it is.
 *
 * @returns Opus packets of 20 ms, 48 kHz
 * @throws with a reason for whoever wrote the rule
 */
export async function readSound(file: string): Promise<readonly Uint8Array[]> {
	const { size } = await stat(file);
	if (size > LARGEST_BYTES) throw new Error(`is larger than ${LARGEST_BYTES / 1024 / 1024} MB`);
	let serial: number | undefined;
	const packets: Buffer[] = [];
	const assembler = new PacketAssembler();
	for await (const page of oggPages([await readFile(file)])) {
		const [first] = page.pieces;
		if (serial === undefined && page.begins && first && isOpusHead(first)) {
			if (parseOpusHead(first).streams !== 1) throw new Error('has more than two channels');
			serial = page.serial;
		}
		if (page.serial === serial) packets.push(...assembler.push(page));
	}
	if (serial === undefined) throw new Error('is no Ogg/Opus file');
	const sound = packets.slice(HEADER_PACKETS);
	if (sound.length === 0) throw new Error('holds no sound');
	if (sound.some((packet) => opusPacketMs(packet) !== PACKET_MS)) {
		throw new Error('is not made of packets of 20 ms; encode it with `opusenc --framesize 20` or ffmpeg -c:a libopus');
	}
	if (sound.length * PACKET_MS > LONGEST_MS) throw new Error(`is longer than ${LONGEST_MS / 1000} s`);
	return sound;
}
