import { describe, expect, it } from 'vitest';
import { createOpusDecoder, type Segment, SpeakerTrack } from '../../src/audio/index.ts';
import { speechPackets } from '../support/opus.ts';
import { babble, noise, seeded } from '../support/signals.ts';
import { listen, send } from './link.ts';

const speech = speechPackets(2000);

async function play(
	arrivals: readonly {
		readonly sequence: number;
		readonly timestamp?: number;
		readonly atMs: number;
		readonly payload: Uint8Array;
	}[],
	endMs = 4000,
) {
	const track = new SpeakerTrack({ decoder: await createOpusDecoder(), startMs: 0 });
	const segments: Segment[] = [];
	let next = 0;
	for (let now = 0; now <= endMs; now += 20) {
		while (next < arrivals.length && (arrivals[next] as { atMs: number }).atMs <= now) {
			const { sequence, timestamp = sequence * 960, atMs, payload } = arrivals[next++] as (typeof arrivals)[number];
			segments.push(...track.push({ sequence: sequence & 0xffff, timestamp, arrivalMs: atMs, payload }));
		}
		if (now % 100 === 0) segments.push(...track.tick(now));
	}
	segments.push(...track.flush());
	track.dispose();
	return { segments, counters: track.counters };
}

const clean = speech.map((payload, index) => ({ sequence: 65_500 + index, atMs: 500 + index * 20, payload }));

describe('SpeakerTrack', () => {
	it('finds the utterance where it was on the time line of arrival', async () => {
		const { segments, counters } = await play(clean);
		expect(segments).toHaveLength(1);
		expect(Math.abs((segments[0] as Segment).startMs - 500)).toBeLessThanOrEqual(60);
		expect(Math.abs((segments[0] as Segment).endMs - 2500)).toBeLessThanOrEqual(100);
		expect(counters).toEqual({
			heard: 100,
			lost: 0,
			late: 0,
			duplicate: 0,
			undecodable: 0,
			concealed: 0,
			recovered: 0,
		});
	});

	it('ends an utterance by the clock when the packets just stop', async () => {
		const track = new SpeakerTrack({ decoder: await createOpusDecoder(), startMs: 0 });
		for (const { sequence, atMs, payload } of clean) {
			track.push({ sequence: sequence & 0xffff, timestamp: 0, arrivalMs: atMs, payload });
		}
		expect(track.tick(2900)).toEqual([]);
		expect(track.tick(3100)).toHaveLength(1);
	});

	it('takes a stall of the network for what it is: nothing is torn apart', async () => {
		const stalled = clean.map((packet) => ({
			...packet,
			atMs: packet.atMs >= 1200 && packet.atMs < 1460 ? 1460 : packet.atMs,
		}));
		const { segments } = await play(stalled);
		expect(segments).toHaveLength(1);
		const [segment] = segments as [Segment];
		// Half as long as the stall would be the hole that it tore.
		expect(segment.endMs - segment.startMs).toBeLessThanOrEqual(2000 + 120);
	});

	it('keeps a pause that the time stamps count through', async () => {
		const paused = clean.map((packet, index) => ({
			...packet,
			timestamp: (index + (index >= 50 ? 12 : 0)) * 960,
			atMs: packet.atMs + (index >= 50 ? 240 : 0),
		}));
		const { segments } = await play(paused);
		expect(segments).toHaveLength(1);
		const [segment] = segments as [Segment];
		expect(Math.abs(segment.endMs - segment.startMs - 2240)).toBeLessThanOrEqual(120);
	});

	it('recovers the utterance from loss, disorder and duplicates, and counts them', async () => {
		const random = seeded(3);
		const arrivals = clean
			.flatMap((packet, index) => {
				const draw = random();
				if (draw < 0.1 && index > 0) return [];
				const late = draw > 0.9 ? 45 : 0;
				const once = { ...packet, sequence: packet.sequence & 0xffff, atMs: packet.atMs + late };
				return draw > 0.5 && draw < 0.55 ? [once, once] : [once];
			})
			.sort((a, b) => a.atMs - b.atMs);
		const sent = new Set(arrivals.map(({ sequence }) => sequence)).size;
		const { segments, counters } = await play(arrivals);
		expect(segments).toHaveLength(1);
		const [segment] = segments as [Segment];
		expect(Math.abs(segment.startMs - 500)).toBeLessThanOrEqual(100);
		expect(Math.abs(segment.endMs - 2500)).toBeLessThanOrEqual(100);
		expect(counters.heard).toBe(sent);
		expect(counters.duplicate).toBe(arrivals.length - sent);
		expect(counters.lost).toBeGreaterThan(0);
		expect(counters.concealed).toBe(counters.lost);
		expect(segment.quality.lossShare).toBeGreaterThan(0.03);
	});

	it('keeps going through garbage, which counts as undecodable', async () => {
		const broken = clean.map((packet, index) =>
			index % 10 === 5 ? { ...packet, payload: Uint8Array.of(0x0b, 0x00, 1, 2) } : packet,
		);
		const { segments, counters } = await play(
			broken.map((packet) => ({ ...packet, sequence: packet.sequence & 0xffff })),
		);
		expect(segments).toHaveLength(1);
		expect(counters).toMatchObject({ heard: 90, undecodable: 10, concealed: 10 });
	});

	it('does not take silence frames for the room, so that a loud one stays out of later utterances', () => {
		const room = noise(3060, -38);
		// 0.8 s of the room, 2 s of speech, 0.3 s of the room: what voice activation lets through.
		const words = [...noise(800, -90), ...babble(1980, -20), ...noise(280, -90)];
		const voice = room.map(({ pcm }, index) => ({
			pcm: (pcm as Int16Array).map((sample, n) => sample + (words[index]?.pcm?.[n] ?? 0)),
		}));
		const turns = [0, 1, 2, 3].map((index) => ({ startMs: 1000 + index * 4700, syllables: 13 }));
		const { segments } = listen(send(turns, { voiceFrames: voice.length }), 22_000, { voice });
		// Until it knows the room, the room may pass as speech.
		expect(segments.slice(-3).map(({ startMs, endMs }) => [startMs, endMs])).toEqual(
			turns.slice(1).map(({ startMs }) => [startMs + 800 - 60, startMs + 2780 + 60]),
		);
	});

	it('carries on through packets of any length', async () => {
		const decoder = await createOpusDecoder();
		for (const packetMs of [10, 40, 60]) {
			const frames = babble(2340);
			const samples = Int16Array.from(frames.flatMap(({ pcm }) => [...(pcm as Int16Array)]));
			const step = packetMs * 16;
			const decode = (payload: Uint8Array): Int16Array => {
				const index = Buffer.from(payload).readUInt16BE();
				return samples.slice(index * step, (index + 1) * step);
			};
			const track = new SpeakerTrack({ decoder: { ...decoder, decode }, startMs: 0 });
			const found: Segment[] = [];
			for (let index = 0; index < 2340 / packetMs; index++) {
				const payload = Buffer.alloc(2);
				payload.writeUInt16BE(index);
				const arrivalMs = 500 + index * packetMs;
				found.push(...track.push({ sequence: index, timestamp: index * packetMs * 48, arrivalMs, payload }));
			}
			found.push(...track.flush());
			expect(found.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([[440, 2840]]);
		}
		decoder.dispose();
	});
});
