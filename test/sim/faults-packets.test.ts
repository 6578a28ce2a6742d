import { describe, expect, it } from 'vitest';
import { cleanNetwork, faultyNetwork } from '../../src/sim/index.ts';
import { eventually, inOrder, positions, startCall } from './support/bot.ts';
import { tone } from './support/opus.ts';
import { networkOf, tapGateway, tapWire } from './support/wire.ts';

const SILENCE_FRAMES = 5;
const FRAMES = 20;

describe('a stall', () => {
	it('holds packets and lets them go at once, in order', async () => {
		await using call = await startCall();
		const { discord, anna, heard } = call;
		const packets = tone(220, FRAMES);
		const stall = discord.faults.packets.stall({ from: anna.id, to: call.client.user.id });
		await anna.speak(packets);
		await eventually(() => stall.held === FRAMES + SILENCE_FRAMES);
		expect(heard.packets).toEqual([]);
		stall.release();
		expect(stall).toMatchObject({ held: 0, hits: FRAMES + SILENCE_FRAMES });
		await eventually(() => heard.packets.length === FRAMES);
		expect(positions(heard.packets, packets)).toEqual(inOrder(FRAMES));
	});

	it('can lose what it held, and spares everyone else', async () => {
		await using call = await startCall();
		const { discord, anna, heard } = call;
		const [lost, kept] = [tone(220, FRAMES), tone(330, FRAMES)];
		{
			using elsewhere = discord.faults.packets.stall({ from: call.client.user.id });
			using stall = discord.faults.packets.stall({ to: call.client.user.id });
			await anna.speak(lost);
			await eventually(() => stall.held === FRAMES + SILENCE_FRAMES);
			stall.drop();
			expect(elsewhere.hits).toBe(0);
		}
		await anna.speak(kept);
		await eventually(() => heard.packets.length === FRAMES);
		expect(positions(heard.packets, kept)).toEqual(inOrder(FRAMES));
	});

	it('ends as it was told to, with the block or with all other faults', async () => {
		await using call = await startCall();
		const { discord, anna, heard } = call;
		{
			using dropping = discord.faults.packets.stall({ from: anna.id, outcome: 'drop' });
			await anna.speak(tone(220, 3));
			await eventually(() => dropping.held === 3 + SILENCE_FRAMES);
		}
		const packets = tone(330, 3);
		const releasing = discord.faults.packets.stall();
		await anna.speak(packets);
		await eventually(() => releasing.held === 3 + SILENCE_FRAMES);
		discord.faults.clear();
		await eventually(() => heard.packets.length === 3);
		expect(positions(heard.packets, packets)).toEqual(inOrder(3));
	});

	it('ends by itself', async () => {
		await using call = await startCall();
		const { discord, anna, heard } = call;
		const packets = tone(220, 3);
		const stall = discord.faults.packets.stall({ forMs: 1_000, outcome: 'release' });
		await anna.speak(packets);
		expect(stall.hits).toBeGreaterThan(0);
		await eventually(() => heard.packets.length === packets.length);
		expect(stall.held).toBe(0);
	});
});

describe('the numbers of a stream', () => {
	it('wrap round, both of them, without a frame changed', async () => {
		await using call = await startCall();
		const { discord, anna, connection, heard } = call;
		const wire = tapWire(connection);
		discord.faults.packets.renumber(anna.id, { sequence: 65_530, timestamp: 2 ** 32 - 5 * 960 });
		const packets = tone(220, FRAMES);
		await anna.speak(packets);
		await eventually(() => wire.length === FRAMES + SILENCE_FRAMES);
		expect(wire.map(({ header }) => header.sequence)).toEqual(
			inOrder(FRAMES + SILENCE_FRAMES).map((index) => (65_530 + index) & 0xffff),
		);
		expect(wire.map(({ header }) => header.timestamp)).toEqual(
			inOrder(FRAMES + SILENCE_FRAMES).map((index) => (2 ** 32 - 5 * 960 + index * 960) % 2 ** 32),
		);
		await eventually(() => heard.packets.length === FRAMES);
		expect(positions(heard.packets, packets)).toEqual(inOrder(FRAMES));
	});

	it('count padding packets, too', async () => {
		await using call = await startCall();
		const { discord, anna, connection } = call;
		await anna.speak(tone(220, 2));
		const wire = tapWire(connection);
		discord.faults.packets.insertPadding(anna.id, 3, 200);
		await anna.speak(tone(330, 2));
		await eventually(() => wire.length === 3 + 2 + SILENCE_FRAMES);
		const sequences = wire.map(({ header }) => header.sequence);
		expect(sequences.map((each) => (each - (sequences[0] ?? 0)) & 0xffff)).toEqual(inOrder(sequences.length));
		for (const { datagram, payload } of wire.slice(0, 3)) {
			expect(datagram.readUInt8(0)).toBe(0xa0);
			expect(payload).toHaveLength(200);
			expect(payload.at(-1)).toBe(200);
		}
		expect(new Set(wire.slice(0, 3).map(({ header }) => header.timestamp)).size).toBe(1);
		expect(wire[3]?.datagram.readUInt8(0)).toBe(0x80);
	});
});

describe('what a packet carries beside its frame', () => {
	it('is a header extension that the client knows, and padding: the frames stay as they were', async () => {
		await using call = await startCall();
		const { discord, anna, connection, heard } = call;
		const wire = tapWire(connection);
		const packets = tone(220, FRAMES);
		using _extension = discord.faults.packets.extend(anna.id, { profile: 0xbede, data: Buffer.of(0x10, 0x55) });
		using _padding = discord.faults.packets.pad(anna.id, 17);
		await anna.speak(packets);
		await eventually(() => heard.packets.length === FRAMES);
		expect(positions(heard.packets, packets)).toEqual(inOrder(FRAMES));
		expect(wire).toHaveLength(FRAMES + SILENCE_FRAMES);
		for (const { datagram, header, payload } of wire) {
			expect(datagram.readUInt8(0)).toBe(0x80 | 0x20 | 0x10);
			expect(header.clearBytes).toBe(16);
			// Profile and length in 32-bit words, in clear; the body is sealed with the payload.
			expect(datagram.subarray(12, 16)).toEqual(Buffer.of(0xbe, 0xde, 0, 1));
			expect(payload.subarray(0, 4)).toEqual(Buffer.of(0x10, 0x55, 0, 0));
			expect(payload.at(-1)).toBe(17);
		}
	});

	it('is an extension that nobody knows, until the fault ends', async () => {
		await using call = await startCall();
		const { discord, anna, connection, heard } = call;
		const wire = tapWire(connection);
		const data = Buffer.from('an extension of eight words, all mine');
		const unknown = discord.faults.packets.extend(anna.id, { profile: 0x1234, data });
		await anna.speak(tone(220, 5));
		unknown.end();
		expect(wire.at(0)?.payload.subarray(0, data.length)).toEqual(data);
		expect(wire.at(0)?.datagram.readUInt16BE(12)).toBe(0x1234);
		const packets = tone(330, FRAMES);
		await anna.speak(packets);
		await eventually(() => positions(heard.packets, packets).filter((index) => index >= 0).length === FRAMES);
		expect(wire.at(-1)?.header.clearBytes).toBe(12);
	});

	it('is refused where RTP has no room for it', async () => {
		await using call = await startCall();
		const { packets } = call.discord.faults;
		expect(() => packets.pad(call.anna.id, 256)).toThrow('1 to 255 bytes, got 256');
		expect(() => packets.pad('1', 4)).toThrow('1 is not connected to a voice server');
		expect(() => packets.pad({ userId: '1', guild: 'Home' }, 4)).toThrow('1 is not connected to voice in Home');
	});
});

describe('an SSRC that changes in mid-call', () => {
	it('goes unnoticed when the others are told first', async () => {
		await using call = await startCall();
		const { discord, anna, connection, heard } = call;
		const wire = tapWire(connection);
		const news = tapGateway(connection);
		const packets = tone(220, 2 * FRAMES);
		await anna.speak(packets.slice(0, FRAMES));
		const ssrc = discord.faults.voice.changeSsrc(anna.id);
		await eventually(() => news.some(({ op, d }) => op === 5 && d?.['ssrc'] === ssrc));
		expect(news.find(({ op }) => op === 5)?.d).toMatchObject({ user_id: anna.id });
		await anna.speak(packets.slice(FRAMES));
		await eventually(() => heard.packets.length === 2 * FRAMES);
		expect(positions(heard.packets, packets)).toEqual(inOrder(2 * FRAMES));
		expect(new Set(wire.map(({ header }) => header.ssrc)).size).toBe(2);
		expect(wire.at(-1)?.header.ssrc).toBe(ssrc);
	});

	it('makes a user unheard until the others are told', async () => {
		await using call = await startCall();
		const { discord, anna, connection, heard } = call;
		await anna.speak(tone(220, 3));
		await eventually(() => heard.packets.length === 3);
		const news = tapGateway(connection);
		const wire = tapWire(connection);
		const ssrc = discord.faults.voice.changeSsrc(anna.id, { announce: 'never' });
		await anna.speak(tone(330, FRAMES));
		await eventually(() => wire.length === FRAMES + SILENCE_FRAMES);
		expect(new Set(wire.map(({ header }) => header.ssrc))).toEqual(new Set([ssrc]));
		expect(heard.packets).toHaveLength(3);
		// She told that she spoke and fell silent, under the SSRC that the others know.
		await eventually(() => news.filter(({ op }) => op === 5).length >= 2);
		expect(news.some(({ d }) => d?.['ssrc'] === ssrc)).toBe(false);

		const next = discord.faults.voice.changeSsrc(anna.id, { announce: 1 });
		await eventually(() => news.some(({ d }) => d?.['ssrc'] === next));
		const packets = tone(440, FRAMES);
		await anna.speak(packets);
		await eventually(() => positions(heard.packets, packets).filter((index) => index >= 0).length === FRAMES);
	});
});

describe('packets that nobody sent', () => {
	it('reach the client: garbage as it is, nonsense under its own key', async () => {
		await using call = await startCall();
		const { discord, anna, connection, client, heard } = call;
		const wire = tapWire(connection);
		const datagrams: Buffer[] = [];
		networkOf(connection).udp.on('message', (datagram) => datagrams.push(Buffer.from(datagram)));
		const garbage = [Buffer.of(1), Buffer.alloc(12, 0x80), Buffer.alloc(2_000, 7)];
		for (const datagram of garbage) discord.faults.packets.inject(client.user.id, datagram);
		const forged = { ssrc: 4_000_000_001, sequence: 7, timestamp: 8, payload: Buffer.from('forged') };
		discord.faults.packets.injectRtp({ userId: client.user.id, guild: 'Home' }, { ...forged, payloadType: 96 });
		await eventually(() => datagrams.length === 4);
		expect(datagrams.slice(0, 3)).toEqual(garbage);
		expect(wire).toHaveLength(1);
		expect(wire[0]).toMatchObject({
			header: { ssrc: 4_000_000_001, sequence: 7, timestamp: 8 },
			payload: Buffer.from('forged'),
		});
		expect(wire[0]?.datagram.readUInt8(1)).toBe(96);
		const packets = tone(220, 5);
		await anna.speak(packets);
		await eventually(() => heard.packets.length === 5);
		expect(positions(heard.packets, packets)).toEqual(inOrder(5));
	});
});

describe('clear()', () => {
	it('ends every fault that lasts', async () => {
		await using call = await startCall();
		const { discord, anna, heard } = call;
		const { faults } = discord;
		faults.packets.policy = faultyNetwork({ seed: 1, loss: 1 });
		faults.packets.extend(anna.id, { profile: 1, data: Buffer.alloc(4) });
		faults.packets.pad(anna.id, 9);
		const stall = faults.packets.stall();
		const drop = faults.voice.drop({ ops: [5, 11, 13] });
		faults.gateway.silence('voice-state');
		faults.rest.refuse({ status: 500 });
		faults.clear();
		expect(faults.packets.policy).toBe(cleanNetwork);
		const packets = tone(220, 5);
		await anna.speak(packets);
		await eventually(() => heard.packets.length === 5);
		expect(positions(heard.packets, packets)).toEqual(inOrder(5));
		await call.client.rest.get('/users/@me');
		expect([stall.hits, drop.hits]).toEqual([0, 0]);
	});
});
