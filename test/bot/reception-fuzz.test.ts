import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRtp, rtpPayload } from '../../src/bot/reception/rtp.ts';
import { parseSpeakerMessage } from '../../src/bot/reception/speaking-message.ts';
import { openTransport } from '../../src/bot/reception/transport-cipher.ts';
import { AES, sealBytes, sealRtp } from './reception-support.ts';
import { ADA, OPUS, openTap } from './tap-support.ts';

/** 110,000 cases of RTP and 110,000 of the voice gateway. */
const DATAGRAM_CASES = 60_000;
const SEALED_CASES = 10_000;
const TAP_CASES = 40_000;
const MESSAGE_CASES = 10_000;
const SPEAKER_CASES = 100_000;

interface SpeakerData {
	readonly user_id?: unknown;
	readonly ssrc?: unknown;
	readonly speaking?: unknown;
}

/** What a message is by Discord's documentation, in other words than the parser's. */
function kindOf(op: unknown, { user_id: userId, ssrc, speaking }: SpeakerData = {}): string {
	const isNamed = typeof userId === 'string' && userId !== '';
	const isStream = isNamed && Number.isInteger(ssrc) && (ssrc as number) >= 0 && (ssrc as number) < 2 ** 32;
	if (op === 5) return isStream && (speaking === undefined || Number.isInteger(speaking)) ? 'speaking' : 'nonsense';
	if (op === 12) return isStream && ssrc !== 0 ? 'ssrc' : 'other';
	if (op === 13) return isNamed ? 'gone' : 'nonsense';
	return 'other';
}

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
			{ numRuns: DATAGRAM_CASES },
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
			{ numRuns: SEALED_CASES },
		);
	});

	it('no datagram harms the tap or passes for a packet', () => {
		const { call, tap, told } = openTap();
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
			{ numRuns: TAP_CASES },
		);
		call.datagram(Buffer.alloc(65_000, 0x80));
		expect(told.packets).toEqual([]);
		expect(told.transport + told.malformed + told.ignored).toBeGreaterThan(1000);
		expect(tap.held).toEqual({ frames: 0, streams: 0 });
		call.datagram(whole);
		expect(told.packets).toHaveLength(1);
	});

	it('no message of the voice gateway harms the tap, and only a whole one says whose packets are whose', () => {
		const { call, told } = openTap();
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
			{ numRuns: MESSAGE_CASES },
		);
		call.say({ op: 5, d: { user_id: ADA, ssrc: 7, speaking: 1 } });
		call.datagram(sealRtp({ ssrc: 7, sequence: 1 }, OPUS, call.key));
		expect(told.packets).toHaveLength(1);
	});

	it('a message about speakers is read as what it says, or refused', () => {
		const userId = fc.constantFrom<unknown>(ADA, '1', '', 7, null, undefined, [ADA]);
		const ssrc = fc.constantFrom<unknown>(0, 7, 2 ** 32 - 1, 2 ** 32, -1, 7.5, Number.NaN, '7', null, undefined);
		const flags = fc.constantFrom<unknown>(0, 1, 5, undefined, null, 'yes', 0.5);
		const op = fc.constantFrom<unknown>(5, 5, 12, 13, 11, '5', null, undefined);
		const data = fc
			.tuple(userId, ssrc, flags)
			.map(([user_id, ssrc, speaking]) => ({ user_id, ssrc, audio_ssrc: ssrc, speaking }));
		const seen = { speaking: 0, ssrc: 0, gone: 0, other: 0, nonsense: 0 };
		fc.assert(
			fc.property(op, data, fc.constantFrom('whole', 'whole', 'whole', 'empty', 'gone'), (op, whole, shape) => {
				const d = shape === 'whole' ? whole : shape === 'empty' ? {} : undefined;
				const parsed = parseSpeakerMessage({ op, d });
				seen[parsed.kind]++;
				if ('userId' in parsed) expect(parsed.userId).toBe(whole.user_id);
				if ('ssrc' in parsed) expect(parsed.ssrc).toBe(whole.ssrc);
				return parsed.kind === kindOf(op, d);
			}),
			{ numRuns: SPEAKER_CASES },
		);
		for (const [kind, count] of Object.entries(seen)) expect([kind, count > 100]).toEqual([kind, true]);
	});
});
