import type { SequencedPacket } from '../../src/audio/index.ts';
import type { NetworkPolicy } from '../../src/sim/index.ts';

const PACKET_MS = 20;
const RTP_TICKS = 960;

/** What a receiver gets of one speaker. */
export interface Arrivals {
	/** In order of arrival, duplicates included. */
	readonly packets: readonly SequencedPacket[];
	/** The payloads of what arrived, each once, in the order of speech. */
	readonly distinct: readonly Uint8Array[];
	readonly sent: number;
	/** When the last one arrived. */
	readonly endMs: number;
}

/**
 * Sends clips over a network as one speaker does: a packet every 20 ms, a pause of `pauseMs` behind
 * each clip, in which nothing is sent.
 */
export function arrivalsOf(clips: readonly (readonly Buffer[])[], pauseMs: number, network: NetworkPolicy): Arrivals {
	const packets: SequencedPacket[] = [];
	const distinct: Uint8Array[] = [];
	let atMs = 0;
	// Near the end of the circle, so that the wrap is part of it.
	let sequence = 65_400;
	let timestamp = 1_000_000;
	let sent = 0;
	for (const clip of clips) {
		for (const payload of clip) {
			const header = { sequence, timestamp };
			const deliveries = network({
				...header,
				guildId: 'guild',
				channelId: 'channel',
				senderId: 'speaker',
				receiverId: 'bot',
				ssrc: 1,
				bytes: payload.length,
			});
			for (const { delayMs } of deliveries) packets.push({ ...header, arrivalMs: atMs + delayMs, payload });
			if (deliveries.length > 0) distinct.push(payload);
			sent++;
			atMs += PACKET_MS;
			sequence = (sequence + 1) & 0xffff;
			timestamp += RTP_TICKS;
		}
		atMs += pauseMs;
		timestamp += (pauseMs / PACKET_MS) * RTP_TICKS;
	}
	packets.sort((a, b) => a.arrivalMs - b.arrivalMs);
	return { packets, distinct, sent, endMs: packets.at(-1)?.arrivalMs ?? 0 };
}
