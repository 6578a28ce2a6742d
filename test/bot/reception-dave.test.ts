import { describe, expect, it } from 'vitest';
import { type DaveGroup, looksSealed, openFrame } from '../../src/bot/reception/dave-frame.ts';
import { DaveRecovery, type RecoveryStep } from '../../src/bot/reception/dave-recovery.ts';
import { FrameOpener, type TappedPacket } from '../../src/bot/reception/frame-opener.ts';
import { sealedFrame } from './reception-support.ts';

const ADA = '1';
const BEN = '2';
const PLAIN = Buffer.from('f8aabbccddeeff001122', 'hex');
const SILENCE = Buffer.of(0xf8, 0xff, 0xfe);

/** A group whose keys open the frames that are in `opens`; every recovery is written down. */
class FakeGroup implements DaveGroup {
	protocolVersion = 1;
	lastTransitionId: number | undefined = 0;
	readonly pendingTransitions = new Map<number, number>();
	reinitializing = false;
	readonly recovered: number[] = [];
	readonly opens = new Map<Buffer, Buffer>();
	ready = true;
	passthrough = false;
	members = [ADA, BEN];

	get session(): DaveGroup['session'] {
		const { opens, members, passthrough, ready } = this;
		return {
			ready,
			canPassthrough: () => passthrough,
			getUserIds: () => members,
			decrypt: (_user, _type, frame) => {
				const payload = opens.get(frame) ?? (passthrough && !looksSealed(frame) ? frame : undefined);
				if (!payload) throw new Error('no valid cryptor');
				// As in life, a frame opens once.
				opens.delete(frame);
				return payload;
			},
		};
	}

	recoverFromInvalidTransition(id: number): void {
		if (this.reinitializing) return;
		this.reinitializing = true;
		this.recovered.push(id);
	}
}

describe('a frame', () => {
	const sealed = sealedFrame();

	it('is told from ciphertext by its shape', () => {
		expect(looksSealed(sealed)).toBe(true);
		expect(looksSealed(PLAIN)).toBe(false);
		// The marker alone is no proof: an Opus frame may end in it.
		expect(looksSealed(Buffer.from('f8aabbccddeeff0011223344550102fafa', 'hex'))).toBe(false);
		expect(looksSealed(Buffer.of(0xfa, 0xfa))).toBe(false);
		// Ends of real Opus packets.
		for (const end of ['1ffc9fafa', 'dffd7600fac0fafa', '3fd9bb7edff6050ffafa']) {
			expect(looksSealed(Buffer.concat([Buffer.alloc(300, 0xfc), Buffer.from(end.padStart(20, '0'), 'hex')]))).toBe(
				false,
			);
		}
	});

	it.each([
		['there is no group', undefined],
		['the group is not ready', Object.assign(new FakeGroup(), { ready: false })],
		['the call is not encrypted any more', Object.assign(new FakeGroup(), { protocolVersion: 0 })],
	])('that is ciphertext while %s is never handed out', (_, group) => {
		expect(openFrame(group, ADA, sealed, false)).toEqual({ status: 'early' });
		expect(openFrame(group, ADA, PLAIN, false)).toEqual({ status: 'plain', payload: PLAIN });
	});

	it('that was encrypted before its sender knew that the call no longer is, is opened with the keys of before', () => {
		const group = Object.assign(new FakeGroup(), { protocolVersion: 0 });
		group.opens.set(sealed, PLAIN);
		expect(openFrame(group, ADA, sealed, true)).toEqual({ status: 'plain', payload: PLAIN });
	});

	it('of silence is never encrypted', () => {
		expect(openFrame(new FakeGroup(), ADA, SILENCE, false)).toEqual({ status: 'plain', payload: SILENCE });
	});

	it('that is not encrypted passes while the call changes, and at no other time', () => {
		expect(openFrame(new FakeGroup(), ADA, PLAIN, true)).toEqual({ status: 'plain', payload: PLAIN });
		expect(openFrame(new FakeGroup(), ADA, PLAIN, false)).toEqual({ status: 'sealed' });
	});

	it('of somebody who is not in the group yet is early, of a member wrong', () => {
		const group = Object.assign(new FakeGroup(), { members: [BEN] });
		expect(openFrame(group, ADA, sealed, false)).toEqual({ status: 'early' });
		expect(openFrame(group, BEN, sealed, false)).toEqual({ status: 'sealed' });
	});

	it('that comes back from the library as it was is ciphertext still', () => {
		const group = new FakeGroup();
		group.opens.set(sealed, sealed);
		expect(openFrame(group, ADA, sealed, false)).toEqual({ status: 'early' });
	});
});

function opener(group: FakeGroup | undefined) {
	const heard: number[] = [];
	const sealed: string[] = [];
	const opening = new FrameOpener(() => group, {
		packet: ({ sequence, payload }) => {
			expect(looksSealed(payload)).toBe(false);
			heard.push(sequence);
		},
		sealed: (userId) => void sealed.push(userId),
	});
	const packet = (sequence: number, payload: Buffer, atMs = sequence * 20, userId = ADA): TappedPacket => ({
		userId,
		ssrc: 1,
		sequence,
		timestamp: sequence * 960,
		payload,
		atMs,
	});
	return { opening, heard, sealed, packet };
}

describe('a frame that was really encrypted', () => {
	it('has the shape, whatever its nonce', () => {
		for (const nonce of [[0x00], [0x80, 0x01], [0xff, 0xff, 0x7f], [0x80, 0x80, 0x80, 0x80, 0x01]]) {
			const trailer = Buffer.of(...nonce, 8 + nonce.length + 3, 0xfa, 0xfa);
			expect(looksSealed(Buffer.concat([Buffer.alloc(20, 1), trailer]))).toBe(true);
		}
	});
});

describe('keys that come late', () => {
	it('open what has waited for them, in order', () => {
		const group = Object.assign(new FakeGroup(), { members: [BEN] });
		const { opening, heard, sealed, packet } = opener(group);
		const frames = Array.from({ length: 10 }, () => sealedFrame());
		for (const [index, frame] of frames.entries()) opening.take(packet(index, frame));
		expect([heard, opening.size]).toEqual([[], 10]);
		for (const frame of frames) group.opens.set(frame, PLAIN);
		opening.tick(300);
		expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
		expect([sealed, opening.size]).toEqual([[], 0]);
	});

	it('are not mistaken for a straggler of the last group, which opens nothing', () => {
		const group = Object.assign(new FakeGroup(), { members: [BEN] });
		const { opening, heard, packet } = opener(group);
		const [next, straggler] = [sealedFrame(), sealedFrame()];
		opening.take(packet(5, next));
		group.opens.set(straggler, PLAIN);
		opening.take(packet(4, straggler));
		expect([heard, opening.size]).toEqual([[4], 1]);
		group.opens.set(next, PLAIN);
		opening.tick(200);
		expect(heard).toEqual([4, 5]);
	});

	it('are waited for with no more than a second and a half of frames, and no longer', () => {
		const group = Object.assign(new FakeGroup(), { members: [BEN] });
		const { opening, sealed, packet } = opener(group);
		for (let index = 0; index < 500; index++) {
			opening.take(packet(index, sealedFrame(), 0));
			expect(opening.size).toBeLessThanOrEqual(75);
		}
		opening.tick(1600);
		expect([opening.size, sealed.length]).toEqual([0, 500]);
	});

	it('come in vain for whoever has withdrawn, and for another server', () => {
		const group = Object.assign(new FakeGroup(), { members: [] });
		const { opening, heard, sealed, packet } = opener(group);
		const [ada, ben] = [sealedFrame(), sealedFrame()];
		opening.take(packet(1, ada));
		opening.take(packet(2, ben, 40, BEN));
		opening.forget(ADA);
		group.opens.set(ada, PLAIN);
		opening.tick(100);
		expect([heard, opening.size]).toEqual([[], 1]);
		opening.clear();
		expect([opening.size, sealed]).toEqual([0, [BEN]]);
	});

	it('hold up nothing that is not encrypted when a call is upgraded', () => {
		const group = Object.assign(new FakeGroup(), { protocolVersion: 0, ready: false });
		const { opening, heard, packet } = opener(group);
		opening.take(packet(1, PLAIN));
		Object.assign(group, { protocolVersion: 1, ready: true });
		// The sender has not heard of the upgrade yet.
		opening.take(packet(2, PLAIN));
		const first = sealedFrame();
		group.opens.set(first, PLAIN);
		opening.take(packet(3, first));
		expect(heard).toEqual([1, 2, 3]);
		// Long after it, a frame in clear is none of this call.
		opening.take(packet(1000, PLAIN));
		expect(heard).toEqual([1, 2, 3]);
	});
});

describe('starting the encryption over', () => {
	/** A member's frames fail every 20 ms from `fromMs` to `toMs`, while others may be fine. */
	function fail(recovery: DaveRecovery, group: FakeGroup, fromMs: number, toMs: number, fine?: string) {
		const steps: { step: RecoveryStep; atMs: number }[] = [];
		for (let now = fromMs; now < toMs; now += 20) {
			recovery.failed(ADA, now);
			if (fine) recovery.opened(fine, now);
			const step = now % 100 === 0 ? recovery.tick(group, now) : 'none';
			if (step !== 'none') steps.push({ step, atMs: now });
			// The server lets us in again, and it does not help.
			if (step === 'restarted') group.reinitializing = false;
		}
		return steps;
	}

	it('happens after a second of failures, also of the first group, whose transition is 0', () => {
		const group = new FakeGroup();
		const [first] = fail(new DaveRecovery(), group, 0, 2000);
		expect(first?.step).toBe('restarted');
		expect(first?.atMs).toBeGreaterThanOrEqual(1000);
		expect(group.recovered[0]).toBe(0);
	});

	it('has a pause that grows before each attempt, and an end', () => {
		const group = new FakeGroup();
		const steps = fail(new DaveRecovery(), group, 0, 60_000);
		expect(steps.map(({ step }) => step)).toEqual(['restarted', 'restarted', 'restarted', 'restarted', 'exhausted']);
		const pauses = steps.slice(1).map(({ atMs }, index) => atMs - (steps[index]?.atMs ?? 0));
		for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(2000 * 2 ** index);
	});

	it('waits longer where everyone else is heard', () => {
		const group = new FakeGroup();
		const [first] = fail(new DaveRecovery(), group, 0, 6000, BEN);
		expect(first?.atMs).toBeGreaterThanOrEqual(3000);
	});

	it('waits for whoever is about to be added', () => {
		const group = Object.assign(new FakeGroup(), { members: [BEN] });
		const [first] = fail(new DaveRecovery(), group, 0, 8000);
		expect(first?.atMs).toBeGreaterThanOrEqual(4000);
	});

	it('does not come of a few failures, nor of one that fell silent', () => {
		const group = new FakeGroup();
		const recovery = new DaveRecovery();
		for (let now = 0; now < 20_000; now += 500) {
			recovery.failed(ADA, now);
			if (now % 2000 === 0) recovery.opened(ADA, now);
			expect(recovery.tick(group, now)).toBe('none');
		}
		const silent = new DaveRecovery();
		fail(silent, group, 0, 900);
		expect(silent.tick(group, 10_000)).toBe('none');
		expect(group.recovered).toEqual([]);
	});

	it('has a deadline for a server that never answers, which the library has not', () => {
		const group = new FakeGroup();
		group.reinitializing = true;
		const recovery = new DaveRecovery();
		const [first] = fail(recovery, group, 0, 11_500);
		expect(first?.atMs).toBeGreaterThanOrEqual(10_000);
		expect(group.recovered).toEqual([0]);
		const announced = new FakeGroup();
		announced.pendingTransitions.set(3, 1);
		expect(fail(new DaveRecovery(), announced, 0, 9000)).toEqual([]);
		expect(announced.recovered).toEqual([]);
	});
});
