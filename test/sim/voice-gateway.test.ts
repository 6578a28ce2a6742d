import { type VoiceConnection, VoiceConnectionStatus, type VoiceWebSocket } from '@discordjs/voice';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord, VOICE_CLOSE } from '../../src/sim/index.ts';
import { createTransportCipher } from '../../src/sim/voice/aead.ts';
import { encrypted, eventually, hear, home, inOrder, joinVoice, logIn, positions } from './support/bot.ts';
import { tone } from './support/opus.ts';
import { openUdp, signIn } from './support/raw-client.ts';

const IDENTIFY = 0;
const SELECT_PROTOCOL = 1;
const RESUME = 7;
const udp = (mode: string) => ({ protocol: 'udp', data: { address: '127.0.0.1', port: 5, mode } });
const AES = 'aead_aes256_gcm_rtpsize';

describe('the voice gateway', () => {
	it('closes on what breaks the protocol, with Discord’s codes', async () => {
		await using discord = await SimulatedDiscord.start(home);
		using login = await signIn(discord, 'Lounge');
		const identify = { op: IDENTIFY, d: { ...login.credentials, max_dave_protocol_version: 1 } };
		const codeAfter = async (...messages: unknown[]) => {
			using voice = await login.open();
			for (const message of messages) {
				const isRaw = typeof message === 'string' || Buffer.isBuffer(message);
				voice.socket.send(isRaw ? message : JSON.stringify(message));
			}
			return await voice.closed;
		};
		const select = (protocol: string, mode: string) => ({ op: SELECT_PROTOCOL, d: { ...udp(mode), protocol } });
		expect(await codeAfter('no json')).toBe(VOICE_CLOSE.malformedPayload);
		expect(await codeAfter({ op: IDENTIFY, d: { token: 1 } })).toBe(VOICE_CLOSE.malformedPayload);
		expect(await codeAfter({ op: 77, d: {} })).toBe(VOICE_CLOSE.unknownOpcode);
		expect(await codeAfter({ op: 5, d: { speaking: 1, ssrc: 1 } })).toBe(VOICE_CLOSE.notAuthenticated);
		expect(await codeAfter(Buffer.of(26, 1, 2))).toBe(VOICE_CLOSE.notAuthenticated);
		const stranger = { op: IDENTIFY, d: { ...identify.d, token: 'wrong' } };
		expect(await codeAfter(stranger)).toBe(VOICE_CLOSE.authenticationFailed);
		const withoutDave = { op: IDENTIFY, d: login.credentials };
		expect(await codeAfter(withoutDave)).toBe(VOICE_CLOSE.daveRequired);
		expect(await codeAfter(identify, identify)).toBe(VOICE_CLOSE.alreadyAuthenticated);
		expect(await codeAfter(identify, select('webrtc', AES))).toBe(VOICE_CLOSE.unknownProtocol);
		expect(await codeAfter(identify, select('udp', 'xsalsa20_poly1305'))).toBe(VOICE_CLOSE.unknownEncryptionMode);
		const { token: _, user_id: __, ...session } = login.credentials;
		expect(await codeAfter({ op: RESUME, d: { ...session, token: 'wrong', seq_ack: 1 } })).toBe(
			VOICE_CLOSE.sessionInvalid,
		);
		for (const op of [26, 28]) {
			const garbage = Buffer.of(op, 1, 2, 3, 4);
			expect(await codeAfter(identify, select('udp', AES), garbage)).toBe(VOICE_CLOSE.badRequest);
		}
	});

	it('drops a client that stops sending heartbeats, and answers one that does not', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, voice: { heartbeatIntervalMs: 50 } });
		using login = await signIn(discord, 'Lounge');
		using voice = await login.open();
		expect(await voice.receive(({ op }) => op === 8)).toEqual({ v: 8, heartbeat_interval: 50 });
		voice.send(3, { t: 4711, seq_ack: -1 });
		expect(await voice.receive(({ op }) => op === 6)).toEqual({ t: 4711 });
		expect(await voice.closed).toBe(VOICE_CLOSE.sessionTimeout);
	});

	it('survives whatever it is sent', async () => {
		await using discord = await SimulatedDiscord.start(home);
		using login = await signIn(discord, 'Lounge');
		const identify = JSON.stringify({ op: IDENTIFY, d: { ...login.credentials, max_dave_protocol_version: 1 } });
		const json = fc
			.record({ op: fc.integer({ min: -1, max: 40 }), d: fc.jsonValue() })
			.map((each) => JSON.stringify(each));
		const binary = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
		await fc.assert(
			fc.asyncProperty(fc.array(fc.oneof(json, binary), { maxLength: 5 }), async (messages) => {
				using voice = await login.open();
				voice.socket.send(identify);
				for (const message of messages) voice.socket.send(message);
				voice.socket.close(1000);
				await voice.closed;
			}),
			{ numRuns: 100 },
		);
		const anna = discord.createMember({ name: 'Anna' });
		await anna.join('Den');
		expect(anna.channelId).toBe(discord.channel('Den').id);
	});

	it('tells a client its address, and relays nothing that is forged', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, voice: { modes: [AES], dave: false } });
		const anna = discord.createMember({ name: 'Anna' });
		await anna.join('Lounge');
		using login = await signIn(discord, 'Lounge');
		using voice = await login.open();
		voice.send(IDENTIFY, login.credentials);
		const ready = await voice.receive(({ op }) => op === 2);
		expect(ready).toMatchObject({ ip: '127.0.0.1', modes: [AES] });
		const ssrc = Number(ready['ssrc']);
		using socket = await openUdp(Number(ready['port']));
		const reply = await socket.discover(ssrc);
		expect(reply.subarray(8, reply.indexOf(0, 8)).toString()).toBe('127.0.0.1');
		expect(reply.readUInt16BE(72)).toBe(socket.port);
		voice.send(SELECT_PROTOCOL, udp(AES));
		const description = await voice.receive(({ op }) => op === 4);
		expect(description).toMatchObject({ mode: AES, dave_protocol_version: 0 });
		const cipher = createTransportCipher(AES, Buffer.from(description['secret_key'] as number[]));

		const { user_id: userId } = login.credentials;
		const header = (source = ssrc) => {
			const bytes = Buffer.alloc(12);
			bytes.writeUInt16BE(0x8078, 0);
			bytes.writeUInt32BE(source, 8);
			return bytes;
		};
		const genuine = cipher.seal(header(), Buffer.from('genuine'));
		const broken = Buffer.from(genuine);
		broken[14] = (broken[14] ?? 0) ^ 1;
		const strange = createTransportCipher(AES, Buffer.alloc(32)).seal(header(), Buffer.from('x'));
		using elsewhere = await openUdp(Number(ready['port']));
		for (const datagram of [
			Buffer.alloc(0),
			Buffer.alloc(8),
			Buffer.alloc(3_000, 0x80),
			header(9),
			genuine.subarray(0, 20),
		]) {
			await socket.send(datagram);
		}
		for (const datagram of [broken, strange, genuine]) await socket.send(datagram);
		await elsewhere.send(genuine);
		// Truncated, broken, another's key, another's address.
		await eventually(() => discord.packets(userId).rejected === 4);
		expect(discord.packets(userId)).toMatchObject({ received: 1, relayed: 1, rejected: 4 });
	});

	it('passes on the SSRCs of op 12 and bears with op 15, as other client libraries send them', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, voice: { dave: 'optional' } });
		const anna = discord.createMember({ name: 'Anna' });
		await anna.join('Lounge');
		const passed: unknown[] = [];
		const { state } = anna.connection as VoiceConnection;
		if (state.status !== VoiceConnectionStatus.Ready) throw new Error('Not ready');
		const anothers = Reflect.get(state.networking.state, 'ws') as VoiceWebSocket;
		anothers.on('packet', ({ op, d }) => op === 12 && passed.push(d));
		using login = await signIn(discord, 'Lounge');
		using voice = await login.open();
		voice.send(IDENTIFY, login.credentials);
		const ssrc = Number((await voice.receive(({ op }) => op === 2))['ssrc']);
		voice.send(SELECT_PROTOCOL, udp(AES));
		voice.send(15, { any: 100 });
		voice.send(12, { audio_ssrc: ssrc, video_ssrc: 0, rtx_ssrc: 0, streams: [] });
		await eventually(() => passed.length > 0);
		expect(passed).toMatchObject([{ user_id: login.credentials.user_id, audio_ssrc: ssrc, video_ssrc: 0 }]);
	});

	it('announces who speaks to those who come later', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		const ben = discord.createMember({ name: 'Ben' });
		await anna.join('Lounge');
		await ben.join('Lounge');
		const packets = tone(220, 100);
		const speech = anna.speak(packets);
		await discord.waitFor('speaking');
		using connection = await joinVoice(client, discord, 'Lounge');
		await encrypted(connection);
		const heard = hear(connection, anna.id);
		await speech;
		await eventually(() => heard.packets.length > 50);
		await eventually(() => positions(heard.packets.slice(-1), packets)[0] === 99);
		// From some packet on, every one of them.
		const order = positions(heard.packets, packets);
		expect(order).toEqual(inOrder(100).slice(100 - order.length));
	});
});
