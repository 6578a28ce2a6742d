import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AES, sealedFrame, sealRtp, XCHACHA } from './reception-support.ts';
import { ADA, BEN, OPUS, openTap } from './tap-support.ts';

describe.each([AES, XCHACHA])('a packet in mode %s', (mode) => {
	it.each([
		['plain', {}],
		['with a one-byte extension', { extension: { profile: 0xbede, body: Buffer.alloc(8, 3) } }],
		['with a two-byte extension', { extension: { profile: 0x1000, body: Buffer.alloc(4, 9) } }],
		['with an extension that nobody knows', { extension: { profile: 0x1234, body: Buffer.alloc(40, 1) } }],
		['with an empty extension', { extension: { profile: 0xbede, body: Buffer.alloc(0) } }],
		['with contributing sources', { sources: 3 }],
		['with padding', { padding: 7 }],
		['with all of it', { sources: 15, padding: 255, extension: { profile: 0xbede, body: Buffer.alloc(12, 5) } }],
	])('%s is opened, and its header told', (_, shape) => {
		const { call, told } = openTap(mode);
		call.datagram(sealRtp({ ssrc: 7, sequence: 65_535, timestamp: 4_294_967_000, ...shape }, OPUS, call.key, mode));
		expect(told.packets).toMatchObject([{ userId: ADA, ssrc: 7, sequence: 65_535, timestamp: 4_294_967_000 }]);
		expect(told.packets[0]?.payload).toEqual(OPUS);
	});

	it('of padding alone keeps its place, with nothing in it', () => {
		const { call, told } = openTap(mode);
		call.datagram(sealRtp({ ssrc: 7, sequence: 1, padding: 20 }, Buffer.alloc(0), call.key, mode));
		expect(told.packets.map(({ payload }) => payload.length)).toEqual([0]);
		expect(told).toMatchObject({ transport: 0, encryption: 0 });
	});

	it('with another key, a changed header or a changed byte is counted and dropped', () => {
		const { call, told } = openTap(mode);
		const good = sealRtp({ ssrc: 7, sequence: 5 }, OPUS, call.key, mode);
		call.datagram(sealRtp({ ssrc: 7, sequence: 5 }, OPUS, randomBytes(32), mode));
		for (const index of [2, 13, good.length - 1]) {
			const changed = Buffer.from(good);
			changed[index] = (changed[index] as number) ^ 1;
			call.datagram(changed);
		}
		expect(told).toMatchObject({ packets: [], transport: 4 });
		// A forgery does not take the place of the real one.
		call.datagram(good);
		expect(told.packets).toHaveLength(1);
	});
});

describe('the tap', () => {
	it('leaves the packets of everyone else encrypted', () => {
		const { call, told } = openTap();
		call.datagram(sealRtp({ ssrc: 8, sequence: 1 }, OPUS, call.key));
		call.datagram(sealRtp({ ssrc: 99, sequence: 1 }, OPUS, call.key));
		expect(told).toMatchObject({ packets: [], ignored: 2 });
	});

	it('tells duplicates, also of an SSRC that has wrapped', () => {
		const { call, told } = openTap();
		for (const sequence of [65_534, 65_535, 0, 65_535, 0]) {
			call.datagram(sealRtp({ ssrc: 7, sequence }, OPUS, call.key));
		}
		expect(told).toMatchObject({ duplicate: 2 });
		expect(told.packets.map(({ sequence }) => sequence)).toEqual([65_534, 65_535, 0]);
	});

	it('follows a member to another SSRC, and takes the old one from whom it no longer belongs to', () => {
		const { call, told } = openTap();
		call.say({ op: 5, d: { user_id: ADA, ssrc: 70, speaking: 1 } });
		call.datagram(sealRtp({ ssrc: 70, sequence: 1 }, OPUS, call.key));
		// What is still under way.
		call.datagram(sealRtp({ ssrc: 7, sequence: 1 }, OPUS, call.key));
		expect(told.packets.map(({ ssrc }) => ssrc)).toEqual([70, 7]);
		call.say({ op: 5, d: { user_id: BEN, ssrc: 70, speaking: 1 } });
		call.datagram(sealRtp({ ssrc: 70, sequence: 2 }, OPUS, call.key));
		expect(told).toMatchObject({ ignored: 1 });
		expect(told.packets).toHaveLength(2);
	});

	it('learns an SSRC from what is said of cameras, too', () => {
		const { call, told } = openTap();
		call.say({ op: 12, d: { user_id: ADA, audio_ssrc: 71, video_ssrc: 72, rtx_ssrc: 73 } });
		call.say({ op: 12, d: { user_id: ADA, audio_ssrc: 0, video_ssrc: 0, rtx_ssrc: 0 } });
		call.datagram(sealRtp({ ssrc: 71, sequence: 1 }, OPUS, call.key));
		call.datagram(sealRtp({ ssrc: 72, sequence: 1 }, OPUS, call.key));
		expect(told.packets.map(({ ssrc }) => ssrc)).toEqual([71]);
	});

	it('finds out whose stream it is that nobody announced, by the keys of those who may be heard and no other', () => {
		const { call, told } = openTap();
		const tried: string[] = [];
		const owners = new Map<string, string>();
		call.dave = {
			protocolVersion: 1,
			pendingTransitions: new Map(),
			session: {
				ready: true,
				getUserIds: () => [ADA, BEN],
				decrypt: (userId: string, _: number, frame: Buffer) => {
					tried.push(userId);
					if (owners.get(frame.toString('hex')) !== userId) throw new Error('no valid cryptor');
					return OPUS;
				},
			},
		};
		const say = (owner: string, ssrc: number, sequence: number): void => {
			const frame = sealedFrame();
			owners.set(frame.toString('hex'), owner);
			call.datagram(sealRtp({ ssrc, sequence }, frame, call.key));
		};
		say(BEN, 500, 1);
		say(ADA, 600, 1);
		say(ADA, 600, 2);
		expect(told.packets.map(({ ssrc, sequence, userId }) => [userId, ssrc, sequence])).toEqual([[ADA, 600, 2]]);
		// Ada is heard by now: no stream of anybody else's is tried with her key any more.
		const before = tried.length;
		for (let sequence = 2; sequence < 50; sequence++) say(BEN, 500, sequence);
		expect(tried.length).toBe(before);
		expect(new Set(tried)).toEqual(new Set([ADA]));
		expect(told.packets).toHaveLength(1);
	});

	it('forgets all SSRCs when another server takes over, and one when its member leaves', () => {
		const { call, told } = openTap();
		call.say({ op: 13, d: { user_id: ADA } });
		call.datagram(sealRtp({ ssrc: 7, sequence: 1 }, OPUS, call.key));
		call.say({ op: 5, d: { user_id: ADA, ssrc: 7, speaking: 1 } });
		call.move();
		call.datagram(sealRtp({ ssrc: 7, sequence: 1 }, OPUS, call.key));
		expect(told).toMatchObject({ packets: [], ignored: 2 });
	});

	it('takes no notice of video, RTCP, keep-alives and discovery', () => {
		const { call, told } = openTap();
		call.datagram(sealRtp({ ssrc: 7, sequence: 1, payloadType: 101 }, OPUS, call.key));
		call.datagram(sealRtp({ ssrc: 7, sequence: 1, payloadType: 201 }, OPUS, call.key));
		call.datagram(Buffer.alloc(8));
		call.datagram(Buffer.concat([Buffer.of(0, 2, 0, 70), Buffer.alloc(70)]));
		expect(told).toEqual({ packets: [], duplicate: 0, transport: 0, encryption: 0, ignored: 0, malformed: 0 });
	});

	it('holds a bounded memory for members who change their SSRC without end, and none once they are forgotten', () => {
		const { call, tap, told } = openTap();
		for (let ssrc = 100; ssrc < 3000; ssrc++) {
			call.say({ op: 5, d: { user_id: ADA, ssrc, speaking: 1 } });
			call.datagram(sealRtp({ ssrc, sequence: 1 }, OPUS, call.key));
		}
		expect(told.packets).toHaveLength(2900);
		expect(tap.held.streams).toBeLessThanOrEqual(2);
		tap.forget(ADA);
		expect(tap.held).toEqual({ frames: 0, streams: 0 });
	});

	it('tells who speaks, if they may be heard', () => {
		const { call, speaking } = openTap();
		call.say({ op: 5, d: { user_id: ADA, ssrc: 7, speaking: 0 } });
		expect(speaking).toEqual([`${ADA} true`, `${ADA} false`]);
	});
});
