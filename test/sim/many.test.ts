import { once } from 'node:events';
import { connect } from 'node:net';
import { entersState, type VoiceConnection, VoiceConnectionStatus } from '@discordjs/voice';
import { Client, PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord, type SimulatedMember } from '../../src/sim/index.ts';
import {
	encrypted,
	eventually,
	hear,
	home,
	INTENTS,
	inOrder,
	joinVoice,
	logIn,
	positions,
	startCall,
	TOKEN,
} from './support/bot.ts';
import { tone } from './support/opus.ts';
import { networkOf } from './support/wire.ts';

function endpointOf(connection: VoiceConnection): { endpoint: string } {
	const { connectionOptions } = networkOf(connection);
	return { endpoint: connectionOptions.endpoint };
}

async function isOpen(endpoint: string): Promise<boolean> {
	const { host, port } = /^(?<host>.*):(?<port>\d+)$/.exec(endpoint)?.groups ?? {};
	const socket = connect(Number(port), host);
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}

describe('several of everything', () => {
	it('keeps calls apart: two servers, two channels, two bots', async () => {
		await using discord = await SimulatedDiscord.start({
			guilds: [
				{
					name: 'One',
					channels: [
						{ name: 'Red', kind: 'voice' },
						{ name: 'Blue', kind: 'voice' },
					],
				},
				{ name: 'Two', channels: [{ name: 'Green', kind: 'voice' }] },
			],
			bots: [{ token: TOKEN }, { token: 'second', guilds: ['One'], name: 'Second' }],
		});
		await using first = await logIn(discord);
		const second = new Client({ intents: INTENTS, rest: { api: discord.apiBase } }) as Client<true>;
		const ready = once(second, 'clientReady');
		await second.login('second');
		await ready;
		const places = [
			{ channel: 'Red', client: first, packets: tone(200, 15) },
			{ channel: 'Blue', client: second, packets: tone(300, 15) },
			{ channel: 'Green', client: first, packets: tone(400, 15) },
		];
		const stays: {
			member: SimulatedMember;
			connection: Awaited<ReturnType<typeof joinVoice>>;
			packets: Buffer[];
			heard: ReturnType<typeof hear>;
		}[] = [];
		for (const { channel, client, packets } of places) {
			const { guildId } = discord.channel(channel);
			const member = discord.createMember({ name: `of ${channel}`, guild: guildId });
			await member.join(channel);
			const connection = await joinVoice(client, discord, channel);
			await encrypted(connection);
			stays.push({ member, connection, packets, heard: hear(connection, member.id) });
		}
		expect(new Set(stays.map(({ connection }) => connection.voicePrivacyCode)).size).toBe(3);
		await Promise.all(stays.map(({ member, packets }) => member.speak(packets)));
		await eventually(() => stays.every(({ heard, packets }) => heard.packets.length === packets.length));
		for (const { heard, packets, member, connection } of stays) {
			expect(positions(heard.packets, packets)).toEqual(inOrder(packets.length));
			// One other client in the call: the bot.
			expect(discord.packets(member.id)).toMatchObject({ received: 20, relayed: 20 });
			connection[Symbol.dispose]();
		}
		await second.destroy();
	});

	it('moves a server’s calls to another region without losing anyone', async () => {
		await using call = await startCall();
		const { discord, anna, connection, heard } = call;
		const before = connection.voicePrivacyCode;
		const packets = tone(220, 20);
		await anna.speak(packets.slice(0, 10));
		const encryptedAgain = discord.waitFor('dave-transition', ({ members }) => members.length === 2);
		await discord.changeRegion('Home');
		await encryptedAgain;
		await entersState(connection, VoiceConnectionStatus.Ready, 2_000);
		await eventually(() => connection.voicePrivacyCode !== undefined && connection.voicePrivacyCode !== before);
		await eventually(() => anna.voicePrivacyCode === connection.voicePrivacyCode);
		await anna.speak(packets.slice(10));
		await eventually(() => heard.packets.length >= packets.length);
		expect(positions(heard.packets, packets)).toEqual(inOrder(packets.length));
		expect(discord.packets(anna.id).received).toBe(packets.length + 10);
	});

	it('leaves no voice server open that nobody is sent to any more', async () => {
		await using call = await startCall();
		const { discord, anna, connection } = call;
		const { endpoint } = endpointOf(connection);
		const ports = new Set([endpoint]);
		for (let moves = 0; moves < 2; moves++) {
			const encryptedAgain = discord.waitFor('dave-transition', ({ members }) => members.length === 2);
			await discord.changeRegion('Home');
			await encryptedAgain;
			await entersState(connection, VoiceConnectionStatus.Ready, 5_000);
			ports.add(endpointOf(connection).endpoint);
		}
		expect(ports.size).toBe(3);
		const [, second = '', third = ''] = ports;
		// The old one gives its clients a second to leave.
		await expect.poll(() => isOpen(second), { timeout: 5_000 }).toBe(false);
		expect(await isOpen(third)).toBe(true);
		await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode, 5_000);
		expect((await anna.speak(tone(220, 5))).dropped).toBe(0);
	});

	it('lets who was thrown out come back, and nobody waits for them meanwhile', async () => {
		await using discord = await SimulatedDiscord.start({
			...home,
			bots: [{ token: TOKEN, permissions: PermissionFlagsBits.MoveMembers }],
		});
		await using client = await logIn(discord);
		const [anna, ben, carl] = ['Anna', 'Ben', 'Carl'].map((name) => discord.createMember({ name }));
		await anna?.join('Lounge');
		await ben?.join('Lounge');
		const member = await client.guilds.cache.first()?.members.fetch(anna?.id ?? '');
		await member?.voice.disconnect();
		expect(anna?.channelId).toBeUndefined();
		await carl?.join('Lounge', { timeoutMs: 2_000 });
		expect(carl?.voicePrivacyCode).toBe(ben?.voicePrivacyCode);
		await anna?.join('Lounge', { timeoutMs: 2_000 });
		expect(anna?.voicePrivacyCode).toBe(ben?.voicePrivacyCode);
	});

	it('breaks off what a member says when they leave', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const anna = discord.createMember({ name: 'Anna' });
		await anna.join('Lounge');
		const speech = anna.speak(tone(220, 100));
		await new Promise((resolve) => setTimeout(resolve, 200));
		anna.leave();
		const { packets, dropped } = await speech;
		expect(packets).toBeGreaterThan(5);
		expect(packets).toBeLessThan(20);
		expect(dropped).toBe(0);
		await expect(anna.speak([])).rejects.toThrow('not in a voice channel');
	});

	it('gives a member one mouth: bursts follow each other', async () => {
		await using call = await startCall();
		const { anna, heard } = call;
		const packets = tone(220, 20);
		await Promise.all([anna.speak(packets.slice(0, 10)), anna.speak(packets.slice(10))]);
		await eventually(() => heard.packets.length === packets.length);
		expect(positions(heard.packets, packets)).toEqual(inOrder(packets.length));
	});
});
