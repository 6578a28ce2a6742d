import { once } from 'node:events';
import {
	type DiscordGatewayAdapterCreator,
	entersState,
	joinVoiceChannel,
	VoiceConnectionStatus,
} from '@discordjs/voice';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord, type SimulatedMember, VOICE_CLOSE } from '../../src/sim/index.ts';
import { encrypted, eventually, hear, home, inOrder, joinVoice, logIn, positions, startCall } from './support/bot.ts';
import { tone } from './support/opus.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A live source that notes when each packet was taken. */
async function* noting(packets: readonly Buffer[], sentAt: number[]) {
	for (const packet of packets) {
		sentAt.push(performance.now());
		yield packet;
	}
}

describe('the end-to-end encryption of a call', () => {
	it('takes in who joins and puts out who leaves while another goes on speaking', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const [anna, ben, carl] = ['Anna', 'Ben', 'Carl'].map((name) => discord.createMember({ name })) as [
			SimulatedMember,
			SimulatedMember,
			SimulatedMember,
		];
		await anna.join('Lounge');
		await ben.join('Lounge');
		using connection = await joinVoice(client, discord, 'Lounge');
		await encrypted(connection);
		const firstCode = connection.voicePrivacyCode;
		const heard = hear(connection, anna.id);
		const transitions: { epoch: number; transitionId: number; members: number; atMs: number }[] = [];
		discord.events.subscribe((event) => {
			if (event.type !== 'dave-transition') return;
			const { epoch, transitionId, members } = event;
			transitions.push({ epoch, transitionId, members: members.length, atMs: performance.now() });
		});

		const packets = tone(220, 75);
		const sentAt: number[] = [];
		const speech = anna.speak(noting(packets, sentAt));
		await pause(300);
		await carl.join('Lounge');
		expect(carl.voicePrivacyCode).toBe(connection.voicePrivacyCode);
		const fromCarl = hear(connection, carl.id);
		const hello = tone(440, 10);
		await carl.speak(hello);
		const transition = discord.waitFor('dave-transition');
		ben.leave();
		await transition;
		await speech;

		expect(transitions).toMatchObject([
			{ epoch: 3, transitionId: 2, members: 4 },
			{ epoch: 4, transitionId: 3, members: 3 },
		]);
		expect(connection.voicePrivacyCode).not.toBe(firstCode);
		await eventually(() => carl.voicePrivacyCode === connection.voicePrivacyCode);
		await eventually(() => heard.packets.at(-1)?.equals(packets.at(-1) as Buffer) === true);
		expect(positions(fromCarl.packets, hello)).toEqual(inOrder(hello.length));
		expect(heard.errors).toEqual([]);
		// While keys change, a sender may be ahead of its receivers by a packet or two; not after.
		const lost = packets.flatMap((packet, index) =>
			heard.packets.some((other) => other.equals(packet)) ? [] : [sentAt[index] ?? 0],
		);
		for (const sentAtMs of lost) {
			expect(transitions.some(({ atMs }) => sentAtMs <= atMs + 20 && sentAtMs > atMs - 200)).toBe(true);
		}
		expect(lost.length).toBeLessThanOrEqual(4);
	});

	it('begins a new group when everyone else has gone, and takes back who reconnects', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		const ben = discord.createMember({ name: 'Ben' });
		using connection = await joinVoice(client, discord, 'Lounge');
		await anna.join('Lounge');
		await encrypted(connection);
		anna.leave();
		await discord.waitFor('dave-transition', ({ members }) => members.length === 1);
		await ben.join('Lounge');
		await eventually(() => connection.voicePrivacyCode === ben.voicePrivacyCode);
		await anna.join('Lounge');
		await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode);

		// The bot's session is declared invalid: @discordjs/voice asks for a new one and identifies again.
		const botId = client.user.id;
		const rejoined = discord.waitFor('dave-transition', ({ members }) => members.includes(botId));
		discord.closeVoice('Home', botId, VOICE_CLOSE.sessionInvalid);
		await rejoined;
		await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode);
		const heard = hear(connection, anna.id);
		const packets = tone(220, 10);
		await anna.speak(packets);
		await eventually(() => heard.packets.length === packets.length);
		expect(positions(heard.packets, packets)).toEqual(inOrder(packets.length));
	});

	it('settles when many join and leave at once', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const members = Array.from({ length: 8 }, (_, index) => discord.createMember({ name: `Member ${index}` }));
		await Promise.all(members.map((member) => member.join('Lounge')));
		expect(new Set(members.map(({ voicePrivacyCode }) => voicePrivacyCode)).size).toBe(1);
		const settled = discord.waitFor('dave-transition', (event) => event.members.length === 4);
		for (const member of members.slice(0, 4)) member.leave();
		await settled;
		const remaining = members.slice(4);
		await eventually(() => new Set(remaining.map(({ voicePrivacyCode }) => voicePrivacyCode)).size === 1);
		await Promise.all(members.slice(0, 4).map((member) => member.join('Lounge')));
		expect(new Set(members.map(({ voicePrivacyCode }) => voicePrivacyCode)).size).toBe(1);
		expect(members[0]?.voicePrivacyCode).toMatch(/^\d{30}$/);
	});

	it('re-adds a client that could not process a commit (opcode 31)', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		const ben = discord.createMember({ name: 'Ben' });
		await anna.join('Lounge');
		await ben.join('Lounge');
		using connection = await joinVoice(client, discord, 'Lounge');
		await encrypted(connection);
		const { state } = connection;
		if (state.status !== VoiceConnectionStatus.Ready) throw new Error('Not ready');
		const dave = Reflect.get(state.networking.state, 'dave') as { recoverFromInvalidTransition(id: number): void };
		const transition = discord.waitFor('dave-transition', ({ members }) => members.length === 3);
		dave.recoverFromInvalidTransition(1);
		await transition;
		await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode);
		const heard = hear(connection, ben.id);
		const packets = tone(220, 10);
		await ben.speak(packets);
		await eventually(() => heard.packets.length === packets.length);
		expect(positions(heard.packets, packets)).toEqual(inOrder(packets.length));
	});

	it('is a condition of entry where the server says so', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		discord.trust();
		const { id: channelId, guildId } = discord.channel('Lounge');
		const connection = joinVoiceChannel({
			channelId,
			guildId,
			group: 'without-dave',
			daveEncryption: false,
			adapterCreator: client.guilds.cache.get(guildId)?.voiceAdapterCreator as DiscordGatewayAdapterCreator,
		});
		const codes = new Set<number>();
		connection.on('stateChange', (_, state) => {
			if ('networking' in state) state.networking.on('close', (code) => codes.add(code));
			// @discordjs/voice takes 4017 for a passing fault and would try again for ever.
			if (codes.size > 0 && state.status !== VoiceConnectionStatus.Destroyed) connection.destroy();
		});
		await entersState(connection, VoiceConnectionStatus.Destroyed, 2_000);
		expect([...codes]).toEqual([VOICE_CLOSE.daveRequired]);
		expect(discord.events.history.filter(({ type }) => type === 'voice-ready')).toEqual([]);
	});

	it('gives way to a client without it, and comes back when that client has left', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, voice: { dave: 'optional' } });
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		const ben = discord.createMember({ name: 'Ben' });
		await anna.join('Lounge');
		await ben.join('Lounge');
		const downgrade = discord.waitFor('dave-transition', ({ version }) => version === 0);
		{
			using connection = await joinVoice(client, discord, 'Lounge', { daveEncryption: false });
			await downgrade;
			const heard = hear(connection, anna.id);
			const packets = tone(220, 15);
			await anna.speak(packets);
			await eventually(() => heard.packets.length === packets.length);
			expect(positions(heard.packets, packets)).toEqual(inOrder(packets.length));
			expect(connection.voicePrivacyCode).toBeUndefined();
		}
		const upgrade = await discord.waitFor('dave-transition', ({ version }) => version === 1);
		expect(upgrade).toMatchObject({ epoch: 1, members: expect.arrayContaining([anna.id, ben.id]) });
		expect(upgrade.transitionId).toBeGreaterThan(0);
		using connection = await joinVoice(client, discord, 'Lounge');
		await encrypted(connection);
		await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode);
		const heard = hear(connection, ben.id);
		const packets = tone(330, 15);
		await ben.speak(packets);
		await eventually(() => heard.packets.length === packets.length);
		expect(positions(heard.packets, packets)).toEqual(inOrder(packets.length));
	});

	it('can be switched off', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, voice: { dave: false } });
		const ready = discord.waitFor('voice-ready');
		const anna = discord.createMember({ name: 'Anna' });
		await anna.join('Lounge');
		expect(await ready).toMatchObject({ daveVersion: 0 });
		await discord.createMember({ name: 'Ben' }).join('Lounge');
		expect(anna.voicePrivacyCode).toBeUndefined();
	});
});

describe('a voice session', () => {
	it('resumes when its WebSocket breaks off, and misses nothing that was said meanwhile', async () => {
		await using call = await startCall();
		const { discord, anna, connection, heard } = call;
		const packets = tone(220, 40);
		const speech = anna.speak(packets);
		await pause(200);
		const { state } = connection;
		if (state.status !== VoiceConnectionStatus.Ready) throw new Error('Not ready');
		const socket = Reflect.get(state.networking.state, 'ws') as { ws: { terminate(): void } };
		socket.ws.terminate();
		await once(connection, 'stateChange', { signal: AbortSignal.timeout(2_000) });
		await entersState(connection, VoiceConnectionStatus.Ready, 2_000);
		await speech;
		// A change of members after the resume shows that the sequence of messages goes on.
		await discord.createMember({ name: 'Ben' }).join('Lounge');
		await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode);
		await anna.speak(packets.slice(0, 5));
		await eventually(() => heard.packets.length === 45);
		// @discordjs/voice hands out what comes during a resume without taking its end-to-end encryption off.
		const expected = [...packets, ...packets.slice(0, 5)];
		const foreign = heard.packets.filter((packet, index) => !packet.equals(expected[index] as Buffer));
		for (const packet of foreign) expect(packet.readUInt16BE(packet.length - 2)).toBe(0xfafa);
		expect(foreign.length).toBeLessThanOrEqual(5);
		const ready = discord.events.history.filter(({ type }) => type === 'voice-ready');
		expect(ready).toHaveLength(3);
	});

	it('moves with its member to another channel', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		await anna.join('Lounge');
		using connection = await joinVoice(client, discord, 'Den');
		const moved = discord.waitFor('voice-moved');
		await anna.join('Den');
		expect(await moved).toMatchObject({ userId: anna.id, channelId: discord.channel('Den').id });
		await encrypted(connection);
		const heard = hear(connection, anna.id);
		const packets = tone(220, 10);
		await anna.speak(packets);
		await eventually(() => heard.packets.length === packets.length);
		expect(positions(heard.packets, packets)).toEqual(inOrder(packets.length));
		expect(client.guilds.cache.first()?.voiceStates.cache.get(anna.id)?.channelId).toBe(anna.channelId);
	});

	it('ends with close code 4014 when a moderator disconnects its user', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		using connection = await joinVoice(client, discord, 'Lounge');
		const left = discord.waitFor('voice-left');
		discord.closeVoice('Home', client.user.id, VOICE_CLOSE.disconnected);
		await entersState(connection, VoiceConnectionStatus.Disconnected, 2_000);
		expect(connection.state).toMatchObject({ closeCode: 4014 });
		connection.destroy();
		expect(await left).toMatchObject({ userId: client.user.id });
	});
});
