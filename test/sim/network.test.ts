import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanNetwork, faultyNetwork, type PacketInfo, SimulatedDiscord, seededPrng } from '../../src/sim/index.ts';
import { createTransportCipher, TRANSPORT_MODES } from '../../src/sim/voice/aead.ts';
import { discoveryReply, parseDiscovery, parseRtpHeader } from '../../src/sim/voice/rtp.ts';
import { encrypted, hear, home, joinVoice, logIn } from './support/bot.ts';
import { tone } from './support/opus.ts';

const packet = (sequence: number, receiverId = '2'): PacketInfo => ({
	guildId: '10',
	channelId: '11',
	senderId: '1',
	receiverId,
	ssrc: 1001,
	sequence,
	timestamp: sequence * 960,
	bytes: 100,
});

const COUNT = 20_000;
const sequences = Array.from({ length: COUNT }, (_, index) => index);

describe('faultyNetwork', () => {
	it('loses, doubles, delays and breaks the shares that it was told, independently', () => {
		const network = faultyNetwork({ seed: 7, loss: 0.1, duplicate: 0.05, reorder: 0.2, corrupt: 0.02, reorderMs: 45 });
		const fates = sequences.map((sequence) => network(packet(sequence)));
		const arrived = fates.filter((fate) => fate.length > 0);
		const share = (fits: (fate: (typeof fates)[number]) => boolean) => arrived.filter(fits).length / arrived.length;
		expect(1 - arrived.length / COUNT).toBeCloseTo(0.1, 2);
		expect(share((fate) => fate.length === 2)).toBeCloseTo(0.05, 2);
		expect(share(([first]) => first?.delayMs === 45)).toBeCloseTo(0.2, 2);
		expect(share(([first]) => first?.corrupt === 'datagram')).toBeCloseTo(0.02, 2);
		expect(share(([first]) => first?.delayMs === 45 && first.corrupt !== undefined)).toBeCloseTo(0.004, 2);
	});

	it('spreads jitter evenly over its range', () => {
		const network = faultyNetwork({ seed: 7, jitterMs: 30 });
		const delays = sequences.map((sequence) => network(packet(sequence))[0]?.delayMs ?? -1);
		expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...delays)).toBeLessThan(30);
		expect(delays.reduce((sum, delay) => sum + delay, 0) / COUNT).toBeCloseTo(15, 0);
	});

	it('repeats itself with the same seed, link by link, whatever happens on other links', () => {
		const options = { seed: 3, loss: 0.3, duplicate: 0.1 };
		const alone = faultyNetwork(options);
		const amongOthers = faultyNetwork(options);
		const other = faultyNetwork({ ...options, seed: 4 });
		const fates = sequences.slice(0, 500).map((sequence) => alone(packet(sequence)));
		const again = sequences.slice(0, 500).map((sequence) => {
			amongOthers(packet(sequence, '3'));
			return amongOthers(packet(sequence));
		});
		expect(again).toEqual(fates);
		expect(sequences.slice(0, 500).map((sequence) => other(packet(sequence)))).not.toEqual(fates);
	});

	it('refuses what is no share', () => {
		expect(() => faultyNetwork({ seed: 1, loss: 10 })).toThrow('loss is a share from 0 to 1, got 10');
		expect(() => faultyNetwork({ seed: 1, corrupt: Number.NaN })).toThrow(RangeError);
	});

	it('has random numbers that fill [0, 1)', () => {
		const draw = seededPrng(1);
		const buckets = new Array<number>(10).fill(0);
		for (let index = 0; index < COUNT; index++) {
			const bucket = Math.floor(draw() * 10);
			buckets[bucket] = (buckets[bucket] ?? 0) + 1;
		}
		for (const size of buckets) expect(size / COUNT).toBeCloseTo(0.1, 1);
	});
});

describe('a faulty network between the members and a real bot', () => {
	const FRAMES = 60;

	async function listenThrough(policy: Parameters<typeof faultyNetwork>[0]) {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna', listens: false });
		await anna.join('Lounge');
		using connection = await joinVoice(client, discord, 'Lounge');
		await encrypted(connection);
		const heard = hear(connection, anna.id);
		const packets = tone(220, FRAMES);
		discord.network = faultyNetwork(policy);
		await anna.speak(packets);
		discord.network = cleanNetwork;
		await new Promise((resolve) => setTimeout(resolve, 120));
		const order = heard.packets.map((each) => packets.findIndex((sent) => sent.equals(each)));
		return { order, errors: heard.errors, counts: discord.packets(anna.id) };
	}

	it('loses what the policy loses', async () => {
		const { order, counts } = await listenThrough({ seed: 5, loss: 0.3 });
		expect(counts).toMatchObject({ received: FRAMES + 5, duplicated: 0, corrupted: 0 });
		expect(counts.lost).toBeGreaterThan(5);
		expect(counts.relayed).toBe(FRAMES + 5 - counts.lost);
		expect(order.length).toBeGreaterThanOrEqual(FRAMES - counts.lost);
		expect(order.length).toBeLessThan(FRAMES);
		expect(order).toEqual([...order].sort((a, b) => a - b));
	});

	it('lets packets overtake each other', async () => {
		const { order, counts } = await listenThrough({ seed: 5, reorder: 0.2, reorderMs: 50 });
		expect(counts.delayed).toBeGreaterThan(5);
		expect(order).toHaveLength(FRAMES);
		expect(order).not.toEqual([...order].sort((a, b) => a - b));
		expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: FRAMES }, (_, index) => index));
	});

	it('doubles datagrams, the second of which DAVE turns away', async () => {
		const { order, counts } = await listenThrough({ seed: 5, duplicate: 0.3 });
		expect(counts.duplicated).toBeGreaterThan(5);
		expect(counts.relayed).toBe(FRAMES + 5 + counts.duplicated);
		expect(order).toEqual(Array.from({ length: FRAMES }, (_, index) => index));
	});

	it('breaks datagrams, upon which @discordjs/voice gives up the stream', async () => {
		const { order, errors, counts } = await listenThrough({ seed: 5, corrupt: 0.2 });
		expect(counts.corrupted).toBeGreaterThan(5);
		expect(errors).toHaveLength(1);
		expect(order.length).toBeLessThan(FRAMES);
	});

	it('breaks payloads, which only DAVE notices', async () => {
		const { order, errors, counts } = await listenThrough({ seed: 5, corrupt: 0.2, corruptLayer: 'payload' });
		expect(counts.corrupted).toBeGreaterThan(5);
		expect(errors).toEqual([]);
		expect(order.length).toBeGreaterThanOrEqual(FRAMES - counts.corrupted);
		expect(order.length).toBeLessThan(FRAMES);
		expect(order).not.toContain(-1);
	});
});

describe('the packets of the relay', () => {
	it.each(TRANSPORT_MODES)('are opened by their key only, unchanged (%s)', (mode) => {
		const key = Buffer.alloc(32, 1);
		const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
		const header = fc.uint8Array({ minLength: 12, maxLength: 20 }).map((array) => Buffer.from(array));
		fc.assert(
			fc.property(header, bytes, fc.nat(), (clear, payload, position) => {
				const sealed = createTransportCipher(mode, key).seal(clear, payload);
				const receiver = createTransportCipher(mode, key);
				expect(sealed.length).toBe(clear.length + payload.length + 20);
				expect(receiver.open(sealed, clear.length)).toEqual(payload);
				const stranger = createTransportCipher(mode, Buffer.alloc(32, 2));
				expect(stranger.open(sealed, clear.length)).toBeUndefined();
				const broken = Buffer.from(sealed);
				const index = position % broken.length;
				broken[index] = (broken[index] ?? 0) ^ 0x10;
				expect(receiver.open(broken, clear.length)).toBeUndefined();
				expect(receiver.open(sealed.subarray(0, index), clear.length)).toBeUndefined();
			}),
			{ numRuns: 200 },
		);
	});

	it('never use a nonce twice', () => {
		const cipher = createTransportCipher('aead_aes256_gcm_rtpsize', Buffer.alloc(32));
		const counters = Array.from({ length: 1000 }, () =>
			cipher.seal(Buffer.alloc(12), Buffer.alloc(4)).subarray(-4).toString('hex'),
		);
		expect(new Set(counters).size).toBe(1000);
	});

	it('are told from garbage without a throw', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
				const bytes = Buffer.from(array);
				const header = parseRtpHeader(bytes);
				if (header !== undefined) expect(header.clearBytes).toBeLessThanOrEqual(bytes.length);
				parseDiscovery(bytes);
			}),
			{ numRuns: 20_000 },
		);
	});

	it('have a header as long as RFC 3550 says', () => {
		const withExtras = Buffer.alloc(40);
		withExtras[0] = 0x80 | 0x10 | 3;
		withExtras.writeUInt16BE(65_535, 2);
		withExtras.writeUInt32BE(4_000_000_000, 4);
		withExtras.writeUInt32BE(77, 8);
		expect(parseRtpHeader(withExtras)).toEqual({
			sequence: 65_535,
			timestamp: 4_000_000_000,
			ssrc: 77,
			clearBytes: 12 + 3 * 4 + 4,
		});
		expect(parseRtpHeader(Buffer.alloc(40))).toBeUndefined();
	});

	it('answer discovery with address and port in Discord’s layout', () => {
		const reply = discoveryReply(1234, '127.0.0.1', 50_000);
		expect(reply).toHaveLength(74);
		expect([reply.readUInt16BE(0), reply.readUInt16BE(2), reply.readUInt32BE(4)]).toEqual([2, 70, 1234]);
		expect(reply.subarray(8, reply.indexOf(0, 8)).toString()).toBe('127.0.0.1');
		expect(reply.readUInt16BE(72)).toBe(50_000);
	});
});
