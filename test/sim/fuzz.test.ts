import { DAVESession } from '@snazzah/davey';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { MlsExternalSender } from '../../src/sim/dave/external-sender.ts';
import { parseCommitWelcome, parseKeyPackage } from '../../src/sim/dave/wire.ts';
import { parseClientMessage as parseGatewayMessage } from '../../src/sim/gateway/messages.ts';
import { cleanNetwork, GATEWAY_CLOSE, VOICE_CLOSE } from '../../src/sim/index.ts';
import { MessageRules } from '../../src/sim/message-rules.ts';
import { createTransportCipher } from '../../src/sim/voice/aead.ts';
import { VoiceClient } from '../../src/sim/voice/client.ts';
import { parseClientMessage as parseVoiceMessage } from '../../src/sim/voice/messages.ts';
import { VoiceRelay } from '../../src/sim/voice/relay.ts';
import { parseDiscovery, parseRtpHeader } from '../../src/sim/voice/rtp.ts';
import { writeHeader } from '../../src/sim/voice/rtp-shape.ts';
import { Stalls } from '../../src/sim/voice/stall.ts';

/** 112,000 cases in all. */
const RTP_CASES = 40_000;
const DATAGRAM_CASES = 30_000;
const MESSAGE_CASES = 16_000;
const MLS_CASES = 10_000;

const MODE = 'aead_aes256_gcm_rtpsize';
const KEY = Buffer.alloc(32, 7);

/** Evenly up to their greatest length: by default fast-check's are short. */
const bytes = (maxLength: number) => fc.uint8Array({ maxLength, size: 'max' }).map((array) => Buffer.from(array));

/** Bytes that begin like something, so that the parser goes on to read the rest. */
const rtpLike = fc
	.tuple(fc.nat(255), fc.nat(255), bytes(200))
	.map(([flags, type, rest]) => Buffer.concat([Buffer.of(0x80 | (flags & 0x3f), type), rest]));
const discoveryLike = fc
	.tuple(fc.nat(3), fc.integer({ min: 60, max: 80 }), fc.nat(0xffffffff), fc.integer({ min: -2, max: 2 }))
	.map(([type, length, ssrc, extra]) => {
		const request = Buffer.alloc(74 + extra);
		request.writeUInt16BE(type, 0);
		request.writeUInt16BE(length, 2);
		request.writeUInt32BE(ssrc, 4);
		return request;
	});

describe('the parser of RTP headers', () => {
	it(`reads or refuses ${RTP_CASES} packets, and nothing beyond their end`, () => {
		let accepted = 0;
		fc.assert(
			fc.property(fc.oneof(bytes(120), rtpLike), (packet) => {
				const header = parseRtpHeader(packet);
				const version = packet.length > 0 ? packet.readUInt8(0) >> 6 : 0;
				if (header === undefined) {
					const needed = 12 + 4 * ((packet[0] ?? 0) & 0x0f) + ((packet[0] ?? 0) & 0x10 ? 4 : 0);
					return version !== 2 || packet.length < needed;
				}
				accepted++;
				return (
					version === 2 &&
					header.clearBytes <= packet.length &&
					header.sequence === packet.readUInt16BE(2) &&
					header.timestamp === packet.readUInt32BE(4) &&
					header.ssrc === packet.readUInt32BE(8)
				);
			}),
			{ numRuns: RTP_CASES },
		);
		expect(accepted).toBeGreaterThan(RTP_CASES / 20);
		expect(accepted).toBeLessThan(RTP_CASES);
	});
});

describe('the relay', () => {
	const receiver = { address: '127.0.0.1', port: 9 };
	const sender = { address: '127.0.0.1', port: 10 };
	const clients = [1, 2].map((ssrc) => {
		const identity = { guildId: '1', channelId: '2', sessionId: 's', token: 't', maxDaveVersion: 1 };
		const socket = { send: () => undefined } as unknown as WebSocket;
		return new VoiceClient({ ...identity, userId: String(ssrc), ssrc }, socket, new MessageRules());
	});
	let relay: VoiceRelay;

	beforeAll(async () => {
		relay = await VoiceRelay.start({
			network: () => cleanNetwork,
			audience: (from) => clients.filter((client) => client !== from),
			stalls: new Stalls(),
			ignoresDiscovery: () => false,
		});
		for (const [index, client] of clients.entries()) {
			client.transport = { mode: MODE, cipher: createTransportCipher(MODE, KEY) };
			client.remote = index === 0 ? sender : receiver;
			relay.add(client);
		}
	});
	afterAll(() => relay[Symbol.asyncDispose]());

	it(`counts each of ${DATAGRAM_CASES} datagrams as one thing, and throws at none`, () => {
		const cipher = createTransportCipher(MODE, KEY);
		const genuine = fc.tuple(fc.nat(0xffff), fc.nat(0xffffffff), bytes(60)).map(([sequence, timestamp, payload]) => {
			return cipher.seal(writeHeader({ sequence, timestamp, ssrc: 1 }), payload);
		});
		/** A genuine packet with a byte changed, an end cut off, or more behind it. */
		const mutated = fc.tuple(genuine, fc.nat(), fc.nat(255), fc.constantFrom('flip', 'cut', 'grow')).map((input) => {
			const [packet, position, value, kind] = input;
			if (kind === 'cut') return packet.subarray(0, position % packet.length);
			if (kind === 'grow') return Buffer.concat([packet, Buffer.alloc(1 + (position % 1_500), value)]);
			packet[position % packet.length] = value;
			return packet;
		});
		const datagram = fc.oneof(bytes(200), rtpLike, discoveryLike, genuine, mutated);
		const total = () => Object.values(relay.datagrams).reduce((sum, count) => sum + count, 0);
		fc.assert(
			fc.property(datagram, fc.boolean(), (message, isFromSender) => {
				const before = total();
				relay.receive(message, isFromSender ? sender : receiver);
				// Discovery tells where a client is, whoever asks: as on Discord, the last one to ask is it.
				if (clients[0]) clients[0].remote = sender;
				if (clients[1]) clients[1].remote = receiver;
				return total() === before + 1;
			}),
			{ numRuns: DATAGRAM_CASES },
		);
		// Every kind occurred, so every way through was taken.
		for (const [kind, count] of Object.entries(relay.datagrams)) expect([kind, count > 0]).toEqual([kind, true]);
		expect(relay.counts('1').received).toBe(relay.datagrams.rtp);
	});

	it('reads no discovery request where there is none', () => {
		fc.assert(
			fc.property(discoveryLike, (request) => {
				const isOne = request.length === 74 && request.readUInt16BE(0) === 1 && request.readUInt16BE(2) === 70;
				return parseDiscovery(request) === (isOne ? request.readUInt32BE(4) : undefined);
			}),
			{ numRuns: 2_000 },
		);
	});
});

const id = fc.constantFrom('123456789012345678', '1', null);
const flag = fc.constantFrom(true, false, 1, undefined);
const wellFormed = {
	voice: fc.oneof(
		fc.record({ op: fc.constant(3), d: fc.record({ t: fc.nat(), seq_ack: fc.integer({ min: -1 }) }) }),
		fc.record({ op: fc.constant(5), d: fc.record({ speaking: fc.integer({ min: -1, max: 7 }), ssrc: fc.nat() }) }),
	),
	main: fc.oneof(
		fc.record({ op: fc.constant(1), d: fc.option(fc.integer()) }),
		fc.record({ op: fc.constant(4), d: fc.record({ guild_id: id, channel_id: id, self_mute: flag }) }),
	),
};

describe.each([
	['voice gateway', parseVoiceMessage, new Set<number>(Object.values(VOICE_CLOSE)), 40, wellFormed.voice],
	['main gateway', parseGatewayMessage, new Set<number>(Object.values(GATEWAY_CLOSE)), 12, wellFormed.main],
] as const)('the parser of the %s', (_, parse, codes, maxOp, valid) => {
	/** Fields by their true names with values of any kind, which comes much closer than plain noise. */
	const names = ['server_id', 'user_id', 'session_id', 'token', 'seq_ack', 'ssrc', 'speaking', 'transition_id', 't'];
	const more = ['guild_id', 'channel_id', 'self_mute', 'intents', 'shard', 'query', 'limit', 'protocol', 'data', 'seq'];
	const value = fc.oneof(fc.jsonValue(), fc.constantFrom('123456789012345678', 0, -1, null, [0, 1], 1e300));
	const d = fc.oneof(value, fc.dictionary(fc.constantFrom(...names, ...more), value, { maxKeys: 6 }));
	const json = fc.record({ op: fc.oneof(fc.integer({ min: -1, max: maxOp }), fc.jsonValue()), d });
	const text = fc.oneof(
		valid.map((message) => JSON.stringify(message)),
		fc.string(),
		fc.json(),
		json.map((message) => JSON.stringify(message)),
		bytes(80).map(String),
	);

	it(`gives a message or a close code for each of ${MESSAGE_CASES} texts`, () => {
		let accepted = 0;
		fc.assert(
			fc.property(text, (message) => {
				const parsed = parse(message);
				if (typeof parsed === 'number') return codes.has(parsed);
				accepted++;
				return parsed.op === JSON.parse(message).op;
			}),
			{ numRuns: MESSAGE_CASES },
		);
		expect(accepted).toBeGreaterThan(MESSAGE_CASES / 50);
		expect(accepted).toBeLessThan(MESSAGE_CASES / 2);
	});
});

describe('the parsers of MLS messages', () => {
	it(`give a value or a RangeError for each of ${MLS_CASES} payloads`, async () => {
		const { package: externalSender } = await MlsExternalSender.create();
		const session = new DAVESession(1, '1', '2');
		session.setExternalSender(externalSender);
		const keyPackage = session.getSerializedKeyPackage();
		const mutated = fc.tuple(fc.nat(), fc.nat(255), fc.boolean()).map(([position, byte, isCut]) => {
			const payload = Buffer.from(keyPackage);
			if (isCut) return payload.subarray(0, position % payload.length);
			payload[position % payload.length] = byte;
			return payload;
		});
		expect(parseKeyPackage(keyPackage)).toBeDefined();
		const outcomes = { value: 0, refusal: 0 };
		fc.assert(
			fc.property(
				fc.oneof(bytes(400), mutated),
				fc.constantFrom(parseKeyPackage, parseCommitWelcome),
				(payload, parse) => {
					try {
						parse(payload);
						outcomes.value++;
						return true;
					} catch (error) {
						outcomes.refusal++;
						return error instanceof RangeError;
					}
				},
			),
			{ numRuns: MLS_CASES },
		);
		expect(outcomes.value).toBeGreaterThan(0);
		expect(outcomes.refusal).toBeGreaterThan(0);
	});
});
