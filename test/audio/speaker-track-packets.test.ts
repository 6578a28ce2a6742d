import { describe, expect, it } from 'vitest';
import { type OpusDecoder, type Segment, SpeakerTrack } from '../../src/audio/index.ts';
import { voice } from './cut.ts';

interface Packet {
	readonly sequence: number;
	/** Which 20 ms of the sender's clock it holds. */
	readonly frame: number;
	readonly atMs: number;
	readonly payload: Uint8Array;
}

const [{ pcm: VOICE }] = voice(1) as [{ readonly pcm: Int16Array }];
const SPEECH = Uint8Array.of(1);
const PADDING = new Uint8Array();
const DAMAGED = Uint8Array.of(2);

/** A codec in which a packet is a voice or damaged; what it makes up is a voice, too. */
function simpleDecoder() {
	const state = { made: 0, isDisposed: false };
	const decoder: OpusDecoder = {
		decode: ([first]) => (first === 1 ? VOICE : undefined),
		conceal: () => {
			state.made++;
			return VOICE;
		},
		dispose: () => {
			state.isDisposed = true;
		},
	};
	return { decoder, state };
}

/** All that comes of packets that arrive in order. */
function heard(packets: readonly Packet[]) {
	const { decoder, state } = simpleDecoder();
	const track = new SpeakerTrack({ decoder, startMs: 0 });
	const segments: Segment[] = packets.flatMap(({ sequence, frame, atMs, payload }) =>
		track.push({ sequence, timestamp: frame * 960, arrivalMs: atMs, payload }),
	);
	segments.push(...track.flush());
	track.dispose();
	expect(state.isDisposed).toBe(true);
	return {
		times: segments.map(({ startMs, endMs }) => [startMs, endMs]),
		counters: track.counters,
		...state,
		segments,
	};
}

const talk = (count: number, payload = SPEECH): Packet[] =>
	Array.from({ length: count }, (_, index) => ({ sequence: index, frame: index, atMs: 1000 + index * 20, payload }));

describe('packets that hold no speech', () => {
	it('take a sequence number and no time when they are padding alone', () => {
		const padded = talk(60).flatMap(({ frame, atMs, payload }) => [
			{ sequence: 2 * frame, frame, atMs, payload },
			{ sequence: 2 * frame + 1, frame, atMs, payload: PADDING },
		]);
		const { times, counters, made } = heard(padded);
		expect(times).toEqual(heard(talk(60)).times);
		expect(counters).toMatchObject({ heard: 60, lost: 0, undecodable: 0, concealed: 0 });
		expect(made).toBe(0);
	});

	it('are counted when they cannot be decoded, and made up for', () => {
		const packets = talk(60).map((packet, index) => (index === 30 ? { ...packet, payload: DAMAGED } : packet));
		const { times, counters, segments } = heard(packets);
		expect(times).toEqual(heard(talk(60)).times);
		expect(counters).toMatchObject({ heard: 59, undecodable: 1, concealed: 1, lost: 0 });
		expect(segments[0]?.quality.lossShare).toBeCloseTo(1 / 60);
	});
});

describe('a large loss amid speech', () => {
	const without = (count: number) => talk(120).filter(({ sequence }) => sequence < 50 || sequence >= 50 + count);

	it('is made up for 200 ms, and silence from then on; what follows is where it was said', () => {
		const { times, counters, made } = heard(without(20));
		expect([counters.lost, counters.concealed, made]).toEqual([20, 10, 10]);
		expect(times).toEqual(heard(talk(120)).times);
	});

	it('is two utterances when that silence is long enough for it', () => {
		const { times, counters } = heard(without(40));
		expect(counters).toMatchObject({ heard: 80, lost: 40, concealed: 10 });
		// With 60 ms round them; the 200 ms that were made up pass for speech.
		expect(times).toEqual([
			[940, 2260],
			[2740, 3400],
		]);
	});

	it('may happen again: each is made up for anew', () => {
		const packets = talk(120).filter(({ sequence }) => sequence % 40 < 28);
		expect(heard(packets).counters).toMatchObject({ heard: 84, lost: 24, concealed: 20 });
	});
});
