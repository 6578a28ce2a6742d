import { once } from 'node:events';
import {
	type DiscordGatewayAdapterCreator,
	entersState,
	getGroups,
	joinVoiceChannel,
	type VoiceConnection,
	VoiceConnectionStatus,
} from '@discordjs/voice';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord, VOICE_CLOSE } from '../../src/sim/index.ts';
import { encrypted, eventually, hear, home, inOrder, joinVoice, logIn, positions, startCall } from './support/bot.ts';
import { tone } from './support/opus.ts';
import { openUdp, signIn } from './support/raw-client.ts';
import { networkOf, tapGateway } from './support/wire.ts';

const AES = 'aead_aes256_gcm_rtpsize';
const IDENTIFY = 0;
const SELECT_PROTOCOL = 1;
const WAIT_MS = 5_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether a member of the call is heard: everything that she says now arrives, in order. */
async function goesOn(call: Awaited<ReturnType<typeof startCall>>) {
	const { anna, connection, heard } = call;
	await entersState(connection, VoiceConnectionStatus.Ready, WAIT_MS);
	await eventually(() => connection.voicePrivacyCode !== undefined, WAIT_MS);
	await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode, WAIT_MS);
	const packets = tone(330, 10);
	await anna.speak(packets);
	await eventually(() => positions(heard.packets, packets).filter((index) => index >= 0).length === 10, WAIT_MS);
	expect(positions(heard.packets.slice(-10), packets)).toEqual(inOrder(10));
}

describe('a close code of the voice gateway', () => {
	const { sessionInvalid, sessionTimeout, callTerminated } = VOICE_CLOSE;

	it.each([sessionInvalid, sessionTimeout, callTerminated])('%i: a real client identifies anew', async (code) => {
		await using call = await startCall();
		const { discord, client } = call;
		const again = discord.waitFor('voice-ready', ({ userId }) => userId === client.user.id);
		discord.faults.voice.close(client.user.id, code);
		await again;
		await goesOn(call);
	});

	it('4015 (the server crashed): the session is resumed, with the same keys', async () => {
		await using call = await startCall();
		const { discord, client, connection } = call;
		const { secretKey } = networkOf(connection).connectionData;
		const since = discord.events.position;
		discord.faults.voice.close({ userId: client.user.id, guild: 'Home' }, VOICE_CLOSE.serverCrashed);
		await once(connection, 'stateChange', { signal: AbortSignal.timeout(WAIT_MS) });
		await goesOn(call);
		expect(networkOf(connection).connectionData.secretKey).toEqual(secretKey);
		expect(discord.events.history.slice(since).some(({ type }) => type === 'voice-ready')).toBe(false);
	});

	it('4014 (disconnected): it is over until somebody asks again', async () => {
		await using call = await startCall();
		const { discord, client, connection } = call;
		discord.moveVoice(client.user.id, null);
		await entersState(connection, VoiceConnectionStatus.Disconnected, WAIT_MS);
		expect(connection.state).toMatchObject({ closeCode: VOICE_CLOSE.disconnected });
		expect(discord.events.history.at(-1)).toMatchObject({ type: 'voice-left', userId: client.user.id });
		connection.rejoin();
		await goesOn(call);
	});

	it('can strike a whole server', async () => {
		await using call = await startCall();
		const { discord, client, anna } = call;
		const both = [client.user.id, anna.id].map((id) =>
			discord.waitFor('voice-ready', ({ userId }) => userId === id, { timeoutMs: WAIT_MS }),
		);
		discord.faults.voice.closeAll('Home', callTerminated);
		await Promise.all(both);
		await goesOn(call);
	});
});

describe('a link that breaks off', () => {
	it('is resumed', async () => {
		await using call = await startCall();
		const { discord, client, connection } = call;
		const { secretKey } = networkOf(connection).connectionData;
		discord.faults.voice.breakOff(client.user.id);
		await once(connection, 'stateChange', { signal: AbortSignal.timeout(WAIT_MS) });
		await goesOn(call);
		expect(networkOf(connection).connectionData.secretKey).toEqual(secretKey);
	});

	it('is not resumed where the server has forgotten the session', async () => {
		await using call = await startCall();
		const { discord, client } = call;
		const again = discord.waitFor('voice-ready', ({ userId }) => userId === client.user.id);
		const refusal = discord.faults.voice.refuseResumes();
		discord.faults.voice.breakOff(client.user.id);
		await again;
		expect(refusal.hits).toBe(1);
		await goesOn(call);
	});
});

describe('the order of messages', () => {
	it('may put op 5 behind the packets that it explains, which are then nobody’s', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		await anna.join('Lounge');
		using connection = await joinVoice(client, discord, 'Lounge');
		await encrypted(connection);
		const heard = hear(connection, anna.id);
		const late = discord.faults.voice.delay({ ops: [5], to: client.user.id }, 500);
		const packets = tone(220, 60);
		await anna.speak(packets);
		await eventually(() => positions(heard.packets, packets).includes(59));
		const order = positions(heard.packets, packets);
		// From some packet on, every one of them; those before it are lost to this client.
		expect(order).toEqual(inOrder(60).slice(60 - order.length));
		expect(order.length).toBeLessThan(60);
		expect(late.hits).toBeGreaterThan(0);
	});

	it('may put the news that somebody left before the news that they came', async () => {
		await using call = await startCall();
		const { discord, client, connection } = call;
		const news = tapGateway(connection);
		using _late = discord.faults.voice.delay({ ops: [11], to: client.user.id }, 600);
		const ben = discord.createMember({ name: 'Ben' });
		// Without op 11 the client does not let him into its group; he never gets his keys.
		const joining = ben.join('Lounge', { timeoutMs: 300 }).catch(() => undefined);
		await discord.waitFor('voice-ready', ({ userId }) => userId === ben.id);
		ben.leave();
		await joining;
		await eventually(() => news.some(({ op }) => op === 11), WAIT_MS);
		expect(news.filter(({ op }) => op === 11 || op === 13).map(({ op }) => op)).toEqual([13, 11]);
	});

	it('keeps the sequence numbers true for those who resume', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, voice: { modes: [AES], dave: false } });
		using login = await signIn(discord, 'Lounge');
		using voice = await login.open();
		voice.send(IDENTIFY, login.credentials);
		await voice.receive(({ op }) => op === 2);
		const late = discord.faults.voice.delay({ ops: [11] }, 100);
		voice.send(SELECT_PROTOCOL, { protocol: 'udp', data: { address: '127.0.0.1', port: 9, mode: AES } });
		await voice.receive(({ op }) => op === 4);
		discord
			.createMember({ name: 'Anna', listens: false })
			.join('Lounge')
			.catch(() => undefined);
		await eventually(() => late.hits >= 2 && voice.texts.filter(({ op }) => op === 11).length >= 2, WAIT_MS);
		const numbers = voice.texts.flatMap((message) => (message as { seq?: number }).seq ?? []);
		expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
		expect(new Set(numbers).size).toBe(numbers.length);
	});
});

describe('a voice server that does not answer', () => {
	it.each([
		['hello', 8],
		['ready', 2],
	] as const)('with %s leaves a client waiting, and serves the next', async (step, opcode) => {
		await using discord = await SimulatedDiscord.start(home);
		using login = await signIn(discord, 'Lounge');
		const silence = discord.faults.voice.silence(step);
		using deaf = await login.open();
		deaf.send(IDENTIFY, { ...login.credentials, max_dave_protocol_version: 1 });
		await eventually(() => silence.hits === 1);
		await pause(50);
		expect(deaf.texts.some(({ op }) => op === opcode)).toBe(false);
		silence.end();
		using heard = await login.open();
		heard.send(IDENTIFY, { ...login.credentials, max_dave_protocol_version: 1 });
		await heard.receive(({ op }) => op === opcode);
	});

	it('has nobody to single out before they have said who they are', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const [{ id = '' } = {}] = discord.bots;
		expect(() => discord.faults.voice.silence('hello', { to: id })).toThrow(RangeError);
		expect(() => discord.faults.voice.delay({ ops: [5, 8], to: id }, 10)).toThrow(RangeError);
		expect(() => discord.faults.gateway.silence('hello', { bot: id })).toThrow(RangeError);
	});

	it('with its address or its keys leaves a real client short of ready, until it does', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		discord.trust();
		const { id: channelId, guildId } = discord.channel('Lounge');
		for (const step of ['discovery', 'session-description'] as const) {
			const silence = discord.faults.voice.silence(step, { to: client.user.id });
			const stuck = joinVoiceChannel({
				channelId,
				guildId,
				group: step,
				adapterCreator: client.guilds.cache.get(guildId)?.voiceAdapterCreator as DiscordGatewayAdapterCreator,
			});
			// Discovery has no deadline in @discordjs/voice; it fails when its socket is closed.
			stuck.on('error', () => undefined);
			await eventually(() => silence.hits > 0);
			await pause(50);
			expect(stuck.state.status).toBe(VoiceConnectionStatus.Connecting);
			silence.end();
			stuck.destroy();
			getGroups().delete(step);
		}
		using connection = await joinVoice(client, discord, 'Lounge');
		expect(connection.state.status).toBe(VoiceConnectionStatus.Ready);
	});

	it('to heartbeats is one that a client notices', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, voice: { heartbeatIntervalMs: 200 } });
		await using client = await logIn(discord);
		using connection = await joinVoice(client, discord, 'Lounge');
		const silence = discord.faults.voice.silence('heartbeat-ack', { to: client.user.id });
		// @discordjs/voice closes its WebSocket (1005) after the third heartbeat without an answer, and resumes.
		await once(connection, 'stateChange', { signal: AbortSignal.timeout(WAIT_MS) });
		silence.end();
		expect(silence.hits).toBeGreaterThanOrEqual(3);
		await entersState(connection, VoiceConnectionStatus.Ready, WAIT_MS);
	});
});

describe('a voice server that speaks nonsense', () => {
	it('says what it is told to: text, bytes, and JSON that means nothing', async () => {
		await using discord = await SimulatedDiscord.start(home);
		using login = await signIn(discord, 'Lounge');
		using voice = await login.open();
		voice.send(IDENTIFY, { ...login.credentials, max_dave_protocol_version: 1 });
		await voice.receive(({ op }) => op === 2);
		const { faults } = discord;
		const { user_id: userId } = login.credentials;
		faults.voice.send(userId, { op: 4, d: { secret_key: 'none' }, seq: 'x' });
		faults.voice.send(userId, Buffer.of(0xff, 0xff, 30));
		await eventually(() => voice.binaries.length === 1);
		expect(voice.binaries[0]).toEqual(Buffer.of(0xff, 0xff, 30));
		expect(voice.texts.at(-1)).toEqual({ op: 4, d: { secret_key: 'none' }, seq: 'x' });
		const raw = once(voice.socket, 'message') as Promise<[Buffer]>;
		voice.socket.removeAllListeners('message');
		faults.voice.send(userId, 'no json');
		const text = once(voice.socket, 'message') as Promise<[Buffer]>;
		void raw.catch(() => undefined);
		expect(String((await text)[0])).toBe('no json');
	});
});

describe('every datagram', () => {
	it('is counted as what it was', async () => {
		await using call = await startCall();
		const { discord, anna, connection } = call;
		await anna.speak(tone(220, 5));
		const before = discord.datagrams;
		expect(before.rtp).toBe(10);
		expect(before.discoveries).toBe(2);
		const { remote } = networkOf(connection as VoiceConnection).udp as unknown as { remote: { port: number } };
		using socket = await openUdp(remote.port);
		const rtp = Buffer.alloc(40, 0x80);
		const annas = Buffer.from(rtp);
		annas.writeUInt32BE(networkOf(anna.connection as VoiceConnection).connectionData.ssrc, 8);
		for (const datagram of [Buffer.alloc(0), Buffer.alloc(11), rtp, annas, Buffer.alloc(8)])
			await socket.send(datagram);
		await eventually(() => discord.datagrams.rejected === before.rejected + 1);
		await eventually(() => discord.datagrams.keepalives > before.keepalives);
		expect(discord.datagrams).toMatchObject({
			rtp: 10,
			malformed: before.malformed + 2,
			unknownSsrc: before.unknownSsrc + 1,
		});
	});
});
