import type { Segment, SequencedPacket, SpeakerTrack } from '../../src/audio/index.ts';
import type { NetworkPolicy } from '../../src/sim/index.ts';

const PACKET_MS = 20;
const RTP_TICKS = 960;
/** As often as a voice session does. */
const TICK_MS = 100;

/** The network that reception must stand (issue "Reception that never goes deaf"). */
export const FAULTS = { seed: 7, loss: 0.1, reorder: 0.05, duplicate: 0.02 } as const;

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

/** Lets a track hear it all, and `afterMs` of silence behind it. @returns what it cut */
export function heardBy(track: SpeakerTrack, { packets, endMs }: Arrivals, afterMs: number): Segment[] {
	const segments: Segment[] = [];
	let tickMs = TICK_MS;
	for (const packet of packets) {
		for (; tickMs <= packet.arrivalMs; tickMs += TICK_MS) segments.push(...track.tick(tickMs));
		segments.push(...track.push(packet));
	}
	for (; tickMs <= endMs + afterMs; tickMs += TICK_MS) segments.push(...track.tick(tickMs));
	return segments;
}
