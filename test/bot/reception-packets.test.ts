import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiverTap, type TappedPacket } from '../../src/bot/reception/receiver-tap.ts';
import { parseRtp, rtpPayload } from '../../src/bot/reception/rtp.ts';
import { parseSpeakerMessage } from '../../src/bot/reception/speaking-message.ts';
import { openTransport } from '../../src/bot/reception/transport-cipher.ts';
import { AES, bareCall, sealBytes, sealedFrame, sealRtp, XCHACHA } from './reception-support.ts';

const ADA = '200000000000000001';
const BEN = '200000000000000002';
const OPUS = Buffer.from('f8aabbccdd', 'hex');

/** A tap that hears Ada under SSRC 7, and writes down what comes. */
function open(mode = AES) {
	const call = bareCall(mode);
	const told = { packets: [] as TappedPacket[], duplicate: 0, transport: 0, encryption: 0, ignored: 0, malformed: 0 };
	const speaking: string[] = [];
	const tap = new ReceiverTap(call.connection, {
		mayHear: (userId) => userId === ADA,
		heard: () => [ADA],
		packet: (packet) => void told.packets.push(packet),
		duplicate: () => void told.duplicate++,
		undecryptable: (_, layer) => void told[layer]++,
		speaking: (userId, isSpeaking) => void speaking.push(`${userId} ${isSpeaking}`),
		ignored: () => void told.ignored++,
		malformed: () => void told.malformed++,
	});
	call.move();
	call.say({ op: 5, d: { user_id: ADA, ssrc: 7, speaking: 1 } });
	call.say({ op: 5, d: { user_id: BEN, ssrc: 8, speaking: 1 } });
	return { call, tap, told, speaking };
}

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
		const { call, told } = open(mode);
		call.datagram(sealRtp({ ssrc: 7, sequence: 65_535, timestamp: 4_294_967_000, ...shape }, OPUS, call.key, mode));
		expect(told.packets).toMatchObject([{ userId: ADA, ssrc: 7, sequence: 65_535, timestamp: 4_294_967_000 }]);
		expect(told.packets[0]?.payload).toEqual(OPUS);
	});

	it('of padding alone keeps its place, with nothing in it', () => {
		const { call, told } = open(mode);
		call.datagram(sealRtp({ ssrc: 7, sequence: 1, padding: 20 }, Buffer.alloc(0), call.key, mode));
		expect(told.packets.map(({ payload }) => payload.length)).toEqual([0]);
		expect(told).toMatchObject({ transport: 0, encryption: 0 });
	});

	it('with another key, a changed header or a changed byte is counted and dropped', () => {
		const { call, told } = open(mode);
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
		const { call, told } = open();
		call.datagram(sealRtp({ ssrc: 8, sequence: 1 }, OPUS, call.key));
		call.datagram(sealRtp({ ssrc: 99, sequence: 1 }, OPUS, call.key));
		expect(told).toMatchObject({ packets: [], ignored: 2 });
	});

	it('tells duplicates, also of an SSRC that has wrapped', () => {
		const { call, told } = open();
		for (const sequence of [65_534, 65_535, 0, 65_535, 0]) {
			call.datagram(sealRtp({ ssrc: 7, sequence }, OPUS, call.key));
		}
		expect(told).toMatchObject({ duplicate: 2 });
		expect(told.packets.map(({ sequence }) => sequence)).toEqual([65_534, 65_535, 0]);
	});

	it('follows a member to another SSRC, and takes the old one from whom it no longer belongs to', () => {
		const { call, told } = open();
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
		const { call, told } = open();
		call.say({ op: 12, d: { user_id: ADA, audio_ssrc: 71, video_ssrc: 72, rtx_ssrc: 73 } });
		call.say({ op: 12, d: { user_id: ADA, audio_ssrc: 0, video_ssrc: 0, rtx_ssrc: 0 } });
		call.datagram(sealRtp({ ssrc: 71, sequence: 1 }, OPUS, call.key));
		call.datagram(sealRtp({ ssrc: 72, sequence: 1 }, OPUS, call.key));
		expect(told.packets.map(({ ssrc }) => ssrc)).toEqual([71]);
	});

	it('finds out whose stream it is that nobody announced, by the keys of those who may be heard and no other', () => {
		const { call, told } = open();
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
		const { call, told } = open();
		call.say({ op: 13, d: { user_id: ADA } });
		call.datagram(sealRtp({ ssrc: 7, sequence: 1 }, OPUS, call.key));
		call.say({ op: 5, d: { user_id: ADA, ssrc: 7, speaking: 1 } });
		call.move();
		call.datagram(sealRtp({ ssrc: 7, sequence: 1 }, OPUS, call.key));
		expect(told).toMatchObject({ packets: [], ignored: 2 });
	});

	it('takes no notice of video, RTCP, keep-alives and discovery', () => {
		const { call, told } = open();
		call.datagram(sealRtp({ ssrc: 7, sequence: 1, payloadType: 101 }, OPUS, call.key));
		call.datagram(sealRtp({ ssrc: 7, sequence: 1, payloadType: 201 }, OPUS, call.key));
		call.datagram(Buffer.alloc(8));
		call.datagram(Buffer.concat([Buffer.of(0, 2, 0, 70), Buffer.alloc(70)]));
		expect(told).toEqual({ packets: [], duplicate: 0, transport: 0, encryption: 0, ignored: 0, malformed: 0 });
	});

	it('holds a bounded memory for members who change their SSRC without end, and none once they are forgotten', () => {
		const { call, tap, told } = open();
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
		const { call, speaking } = open();
		call.say({ op: 5, d: { user_id: ADA, ssrc: 7, speaking: 0 } });
		expect(speaking).toEqual([`${ADA} true`, `${ADA} false`]);
	});
});

/** More than a hundred thousand cases between them, as long as they take milliseconds. */
describe('whatever arrives', () => {
	const bytes = (most: number) => fc.uint8Array({ maxLength: most }).map((array) => Buffer.from(array));

	it('a datagram is parsed or refused, and what is parsed lies within it', () => {
		fc.assert(
			fc.property(bytes(120), fc.boolean(), (message, asRtp) => {
				if (asRtp && message.length > 0) message[0] = 0x80 | ((message[0] as number) & 0x3f);
				const header = parseRtp(message);
				if (!header) return;
				expect(header.clearBytes).toBeLessThan(message.length);
				const payload = rtpPayload(message.subarray(header.clearBytes), header);
				if (payload) expect(payload.length).toBeLessThanOrEqual(message.length - header.clearBytes);
			}),
			{ numRuns: 40_000 },
		);
	});

	it('an authentic packet with nonsense inside is opened or refused, never misread', () => {
		const key = randomBytes(32);
		fc.assert(
			fc.property(bytes(60), fc.integer({ min: 0, max: 0x3f }), fc.nat(0xffff), (plain, flags, words) => {
				const clear = Buffer.alloc(12 + 4 * (flags & 0xf) + (flags & 0x10 ? 4 : 0));
				clear[0] = 0x80 | flags;
				clear[1] = 120;
				if (flags & 0x10) clear.writeUInt16BE(words % 20, clear.length - 2);
				const message = sealBytes(clear, plain, key);
				const header = parseRtp(message);
				if (!header) throw new Error('The header is whole.');
				expect(openTransport(message, header.clearBytes, AES, key)).toEqual(plain);
				const payload = rtpPayload(plain, header);
				const padding = flags & 0x20 ? (plain.at(-1) ?? 0) : 0;
				const fits = header.extensionBytes + padding <= plain.length && (!(flags & 0x20) || padding > 0);
				expect(payload !== undefined).toBe(fits);
				if (payload) expect(payload.length).toBe(plain.length - padding - header.extensionBytes);
			}),
			{ numRuns: 10_000 },
		);
	});

	it('no datagram harms the tap or passes for a packet', () => {
		const { call, tap, told } = open();
		const whole = sealRtp(
			{ ssrc: 7, sequence: 1, extension: { profile: 0xbede, body: Buffer.alloc(8) } },
			OPUS,
			call.key,
		);
		const mutated = fc
			.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: whole.length }))
			.map(([index, bits, length]) => {
				const copy = Buffer.from(whole);
				copy[index] = (copy[index] as number) ^ bits;
				return copy.subarray(0, length);
			});
		fc.assert(
			fc.property(fc.oneof(bytes(200), mutated), (message) => call.datagram(message)),
			{ numRuns: 40_000 },
		);
		call.datagram(Buffer.alloc(65_000, 0x80));
		expect(told.packets).toEqual([]);
		expect(told.transport + told.malformed + told.ignored).toBeGreaterThan(1000);
		expect(tap.held).toEqual({ frames: 0, streams: 0 });
		call.datagram(whole);
		expect(told.packets).toHaveLength(1);
	});

	it('no message of the voice gateway harms the tap, and only a whole one says whose packets are whose', () => {
		const { call, told } = open();
		const message = fc.oneof(
			fc.anything(),
			fc.record({ op: fc.constantFrom(5, 13, 11, 4), d: fc.anything() }),
			fc.record({
				op: fc.constantFrom(5, 13),
				d: fc.record({ user_id: fc.anything(), ssrc: fc.anything(), speaking: fc.anything() }, { requiredKeys: [] }),
			}),
		);
		fc.assert(
			fc.property(message, (said) => {
				const parsed = parseSpeakerMessage(said);
				if (parsed.kind === 'speaking')
					expect([typeof parsed.userId, Number.isInteger(parsed.ssrc)]).toEqual(['string', true]);
				call.say(said);
			}),
			{ numRuns: 20_000 },
		);
		call.say({ op: 5, d: { user_id: ADA, ssrc: 7, speaking: 1 } });
		call.datagram(sealRtp({ ssrc: 7, sequence: 1 }, OPUS, call.key));
		expect(told.packets).toHaveLength(1);
	});
});
