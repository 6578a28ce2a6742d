import {
	type Frame,
	type OpusDecoder,
	type Segment,
	SpeakerTrack,
	type SpeakerTrackOptions,
} from '../../src/audio/index.ts';
import { babble, seeded } from '../support/signals.ts';

const SILENCE_FRAME = Buffer.of(0xf8, 0xff, 0xfe);
/** A syllable and the gap after it, 240 ms, ten times. */
const VOICE = babble(2400);

/**
 * A codec that forgets: a packet is the number of its frame. Real ones take a while to recover from a loss,
 * which would blur where words begin; here it is the time line that is measured.
 */
function numberedFrames(frames: readonly Frame[]): OpusDecoder {
	let last = new Int16Array(320);
	return {
		decode: (payload) => {
			last = new Int16Array(320);
			if (payload.length === 2) last.set(frames[Buffer.from(payload).readUInt16BE()]?.pcm as Int16Array);
			return last;
		},
		conceal: () => {
			last = last.map((sample) => sample / 2);
			return last;
		},
		dispose: () => {},
	};
}

function frameNumber(index: number): Buffer {
	const payload = Buffer.alloc(2);
	payload.writeUInt16BE(index);
	return payload;
}

export interface Turn {
	/** When the first packet is sent, and how much longer than it takes to send, by the clock of the session. */
	readonly startMs: number;
	/** Whole syllables of 240 ms (the last one without its gap). */
	readonly syllables: number;
}

export interface Sender {
	/** By how much the clock is too fast. */
	readonly drift?: number;
	/** Time stamps run on during pauses, as those of Discord's own clients do. */
	readonly countsPauses?: boolean;
	/** Five silence frames end a turn. */
	readonly announcesPauses?: boolean;
	/** How many packets of speech differ; then they repeat. */
	readonly voiceFrames?: number;
}

export interface Link {
	readonly loss?: number;
	readonly reorder?: number;
	readonly duplicates?: number;
	readonly jitterMs?: number;
	/** What would arrive in between arrives at the end, all at once. */
	readonly stalls?: readonly (readonly [fromMs: number, toMs: number])[];
	readonly seed?: number;
}

export interface Arrival {
	readonly turn: number;
	readonly sequence: number;
	readonly timestamp: number;
	readonly atMs: number;
	readonly payload: Uint8Array;
}

/** How long a turn lasts by the clock of the session. */
export const turnMs = ({ syllables }: Turn, { drift = 0 }: Sender = {}): number => (syllables * 240 - 60) / (1 + drift);

/** The packets of some turns as a sender sends them. */
export function send(turns: readonly Turn[], sender: Sender = {}): Arrival[] {
	const { drift = 0, countsPauses = true, announcesPauses = true, voiceFrames = VOICE.length } = sender;
	const arrivals: Arrival[] = [];
	let sequence = 65_400;
	let ticks = 4_294_000_000;
	let endedMs: number | undefined;
	for (const [turnIndex, turn] of turns.entries()) {
		if (countsPauses && endedMs !== undefined) {
			// Encoders know frames only.
			ticks += Math.round(((turn.startMs - endedMs) * (1 + drift)) / 20) * 960;
		}
		const count = turn.syllables * 12 - 3;
		for (let index = 0; index < count + (announcesPauses ? 5 : 0); index++) {
			arrivals.push({
				turn: turnIndex,
				sequence: sequence++ & 0xffff,
				timestamp: ticks % 2 ** 32,
				atMs: Math.round(turn.startMs + (index * 20) / (1 + drift)),
				payload: index < count ? frameNumber(index % voiceFrames) : SILENCE_FRAME,
			});
			ticks += 960;
		}
		endedMs = turn.startMs + turnMs(turn, sender) + (announcesPauses ? 100 / (1 + drift) : 0);
	}
	return arrivals;
}

/** What becomes of packets on their way. The first arrives in any case: nobody could tell that it did not. */
export function carry(packets: readonly Arrival[], link: Link): Arrival[] {
	const random = seeded(link.seed ?? 1);
	return packets
		.flatMap((packet, index) => {
			const [lost, swapped, twice] = [random(), random(), random()];
			if (lost < (link.loss ?? 0) && index > 0) return [];
			const lateMs = random() * (link.jitterMs ?? 0) + (swapped < (link.reorder ?? 0) ? 45 : 0);
			const once = { ...packet, atMs: Math.round(packet.atMs + lateMs) };
			return twice < (link.duplicates ?? 0) ? [once, { ...once, atMs: once.atMs + 5 }] : [once];
		})
		.map((packet) => {
			const stall = link.stalls?.find(([from, to]) => packet.atMs >= from && packet.atMs < to);
			return stall ? { ...packet, atMs: stall[1] } : packet;
		})
		.sort((a, b) => a.atMs - b.atMs);
}

export interface Heard {
	readonly segments: readonly Segment[];
	/** When each segment was handed out. */
	readonly atMs: readonly number[];
	readonly counters: SpeakerTrack['counters'];
}

/** How much of each turn's edges, about a syllable wide, was lost: by so much they cannot be known. */
export function lostAtEdges(sent: readonly Arrival[], arrived: readonly Arrival[]): number[] {
	const sequences = new Set(arrived.map(({ sequence }) => sequence));
	const turns = Map.groupBy(sent, ({ turn }) => turn);
	return [...turns.values()].map((packets) => {
		const lost = (edge: readonly Arrival[]): number =>
			20 * edge.filter(({ sequence }) => !sequences.has(sequence)).length;
		return Math.max(lost(packets.slice(0, 12)), lost(packets.slice(-17)));
	});
}

interface Listener extends Partial<SpeakerTrackOptions> {
	readonly busy?: readonly (readonly [fromMs: number, toMs: number])[];
	readonly voice?: readonly Frame[];
}

/** Plays arrivals to a track by the millisecond, with a tick every 100 ms except while the process is `busy`. */
export function listen(
	arrivals: readonly Arrival[],
	endMs: number,
	{ busy = [], voice = VOICE, ...options }: Listener = {},
): Heard {
	const decoder = numberedFrames(voice);
	const track = new SpeakerTrack({ decoder, startMs: 0, ...options });
	const segments: Segment[] = [];
	const atMs: number[] = [];
	const keep = (found: readonly Segment[], now: number): void => {
		segments.push(...found);
		atMs.push(...found.map(() => now));
	};
	let next = 0;
	for (let now = 0; now <= endMs; now++) {
		if (busy.some(([from, to]) => now > from && now < to)) continue;
		// Node runs a timer that is due before it reads a socket.
		if (now % 100 === 0 || busy.some(([, to]) => now === to)) keep(track.tick(now), now);
		for (; next < arrivals.length && (arrivals[next] as Arrival).atMs <= now; next++) {
			const { atMs: _at, turn: _turn, ...packet } = arrivals[next] as Arrival;
			keep(track.push({ ...packet, arrivalMs: now }), now);
		}
	}
	keep(track.flush(), endMs);
	track.dispose();
	return { segments, atMs, counters: track.counters };
}
