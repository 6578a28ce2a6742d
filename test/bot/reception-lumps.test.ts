import { describe, expect, it } from 'vitest';
import { ReceiverTap, type TappedPacket } from '../../src/bot/reception/receiver-tap.ts';
import { bareCall, sealRtp } from './reception-support.ts';
import { ADA, BEN, OPUS } from './tap-support.ts';

const ADAS = 7;
const BENS = 8;

/** A tap that opens packets in lumps, those of Ada and Ben while they are among `allowed`. */
function openLumps() {
	const call = bareCall();
	const allowed = new Set([ADA, BEN]);
	const packets: TappedPacket[] = [];
	let ignored = 0;
	let nowMs = 0;
	const tap = new ReceiverTap(call.connection, {
		mayHear: (userId) => allowed.has(userId),
		heard: () => [...allowed],
		packet: (packet) => void packets.push(packet),
		duplicate: () => {},
		undecryptable: () => {},
		speaking: () => {},
		ignored: () => void ignored++,
		malformed: () => {},
		now: () => nowMs,
		inLumps: true,
	});
	call.move();
	call.say({ op: 5, d: { user_id: ADA, ssrc: ADAS, speaking: 1 } });
	call.say({ op: 5, d: { user_id: BEN, ssrc: BENS, speaking: 1 } });
	return {
		call,
		tap,
		allowed,
		packets,
		get ignored() {
			return ignored;
		},
		arrive: (ssrc: number, sequence: number, atMs = 0): void => {
			nowMs = atMs;
			call.datagram(sealRtp({ ssrc, sequence }, OPUS, call.key));
		},
	};
}

const sequencesOf = (packets: readonly TappedPacket[]): number[] => packets.map(({ sequence }) => sequence);

describe('packets that are opened in lumps', () => {
	it('wait for the next tick, and keep their order and the time at which they came', () => {
		const { tap, packets, arrive } = openLumps();
		arrive(ADAS, 1, 20);
		arrive(BENS, 5, 30);
		arrive(ADAS, 2, 40);
		expect(packets).toHaveLength(0);
		expect(tap.held.frames).toBe(3);
		tap.tick();
		expect(packets.map(({ userId, sequence, atMs }) => [userId, sequence, atMs])).toEqual([
			[ADA, 1, 20],
			[BEN, 5, 30],
			[ADA, 2, 40],
		]);
		expect(packets[0]?.payload).toEqual(OPUS);
		tap.tick();
		expect(packets).toHaveLength(3);
	});

	it('are let go of with a withdrawal, also where consent is given again before the tick', () => {
		const { tap, allowed, packets, arrive } = openLumps();
		arrive(ADAS, 1);
		arrive(BENS, 5);
		allowed.delete(ADA);
		tap.forget(ADA);
		expect(tap.held.frames).toBe(1);
		allowed.add(ADA);
		arrive(ADAS, 2);
		tap.read();
		expect(sequencesOf(packets)).toEqual([5, 2]);
	});

	it('stay encrypted when consent ends without a word', () => {
		const world = openLumps();
		world.arrive(ADAS, 1);
		world.allowed.delete(ADA);
		world.tap.read();
		expect(world.packets).toHaveLength(0);
		expect(world.ignored).toBe(1);
	});

	it('are none of those that came before consent', () => {
		const world = openLumps();
		world.allowed.delete(ADA);
		world.arrive(ADAS, 1);
		world.allowed.add(ADA);
		world.arrive(ADAS, 2);
		world.tap.read();
		expect(sequencesOf(world.packets)).toEqual([2]);
		expect(world.ignored).toBe(1);
	});

	it('belong to whoever sent them, also when the SSRC has another owner by the tick', () => {
		const { call, packets, arrive } = openLumps();
		arrive(ADAS, 1);
		call.say({ op: 5, d: { user_id: BEN, ssrc: ADAS, speaking: 1 } });
		expect(packets.map(({ userId }) => userId)).toEqual([ADA]);
	});

	it('are heard when their sender has left by the tick', () => {
		const { call, tap, packets, arrive } = openLumps();
		arrive(ADAS, 1);
		call.say({ op: 13, d: { user_id: ADA } });
		expect(sequencesOf(packets)).toEqual([1]);
		expect(tap.held.streams).toBe(0);
	});

	it('go with the voice server that sent them', () => {
		const { call, tap, packets, arrive } = openLumps();
		arrive(ADAS, 1);
		call.move();
		tap.tick();
		expect(packets).toHaveLength(0);
		expect(tap.held.frames).toBe(0);
	});

	it('do not pile up where nobody ticks', () => {
		const { tap, packets, arrive } = openLumps();
		for (let sequence = 0; sequence < 2500; sequence++) arrive(ADAS, sequence);
		expect(tap.held.frames).toBeLessThan(1000);
		expect(packets.length + tap.held.frames).toBe(2500);
	});
});
