import { once } from 'node:events';
import { ChannelType, type Client, PermissionFlagsBits, Routes } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord, type SimulatedDiscordOptions } from '../../src/sim/index.ts';
import { eventually, home, INTENTS, inOrder, joinVoice, logIn, positions, startCall, TOKEN } from './support/bot.ts';
import { tone } from './support/opus.ts';
import { openSocket } from './support/raw-client.ts';

const { Connect, ManageChannels, ManageRoles, MoveMembers, SetVoiceChannelStatus, ViewChannel } = PermissionFlagsBits;
const BEN = '200000000000000001';

const house = (overwrites: object[] = [], userLimit = 0): SimulatedDiscordOptions => ({
	...home,
	guilds: [
		{
			name: 'Home',
			channels: [
				{ name: 'general' },
				{ name: 'Hall', kind: 'voice' },
				{ name: 'Study', kind: 'voice', userLimit, overwrites: overwrites as [] },
			],
		},
	],
});

function voiceChannel(client: Client<true>, discord: SimulatedDiscord, name: string) {
	const channel = client.channels.cache.get(discord.channel(name).id);
	if (channel?.type !== ChannelType.GuildVoice) throw new Error('Not a voice channel');
	return channel;
}

describe('who may enter a voice channel', () => {
	it('is for its overwrites to say: the user’s own before everyone’s', async () => {
		await using discord = await SimulatedDiscord.start(
			house([
				{ id: '@everyone', deny: Connect },
				{ id: BEN, allow: Connect },
			]),
		);
		const anna = discord.createMember({ name: 'Anna' });
		const ben = discord.createMember({ name: 'Ben', id: BEN });
		const admin = discord.createMember({ name: 'Ada', permissions: PermissionFlagsBits.Administrator });
		await expect(anna.join('Study')).rejects.toThrow('Anna may not enter Study: connect-denied');
		await ben.join('Study');
		await admin.join('Study');
		expect([anna, ben, admin].map(({ channelId }) => channelId)).toEqual([
			undefined,
			discord.channel('Study').id,
			discord.channel('Study').id,
		]);
	});

	it.each([
		['view-denied', ViewChannel],
		['connect-denied', Connect],
	])('is answered with silence, as by Discord: no state, no voice server (%s)', async (reason, deny) => {
		await using discord = await SimulatedDiscord.start(house([{ id: '@everyone', deny }]));
		const response = await fetch(`${discord.apiBase}/v10/gateway`);
		const { url } = (await response.json()) as { url: string };
		using gateway = await openSocket(`${url}/?v=10&encoding=json`);
		gateway.send(2, { token: TOKEN, intents: INTENTS });
		await gateway.receive(({ t }) => t === 'GUILD_CREATE');
		const { id, guildId } = discord.channel('Study');
		const refusals: string[] = [];
		discord.events.subscribe((event) => {
			if (event.type === 'voice-refused') refusals.push(event.reason);
		});
		const ask = (channel_id: string) => gateway.send(4, { guild_id: guildId, channel_id, self_mute: false });
		for (const channel of [id, discord.channel('general').id, '123456789012345678']) ask(channel);
		await eventually(() => refusals.length === 3);
		expect(refusals).toEqual([reason, 'not-a-voice-channel', 'unknown-channel']);
		ask(discord.channel('Hall').id);
		await gateway.receive(({ t }) => t === 'VOICE_SERVER_UPDATE');
		const voice = gateway.texts.filter(({ t }) => t?.startsWith('VOICE_'));
		expect(voice.map(({ t, d }) => [t, d['channel_id']])).toEqual([
			['VOICE_STATE_UPDATE', discord.channel('Hall').id],
			['VOICE_SERVER_UPDATE', undefined],
		]);
	});

	it('is seen by a real client, before and after it changes', async () => {
		await using discord = await SimulatedDiscord.start(house([{ id: '@everyone', deny: Connect }], 5));
		await using client = await logIn(discord);
		const study = voiceChannel(client, discord, 'Study');
		expect([study.joinable, study.userLimit]).toEqual([false, 5]);
		const changed = once(client, 'channelUpdate', { signal: AbortSignal.timeout(5_000) });
		discord.permit('Study', client.user.id, { allow: Connect });
		await changed;
		expect(study.joinable).toBe(true);
		using connection = await joinVoice(client, discord, 'Study');
		expect(connection.state.status).toBe('ready');
		expect(voiceChannel(client, discord, 'Hall').joinable).toBe(true);
	});

	it('ends where the channel is full, except for those who may move members', async () => {
		await using discord = await SimulatedDiscord.start(house([], 1));
		const [anna, ben] = ['Anna', 'Ben'].map((name) => discord.createMember({ name }));
		const mover = discord.createMember({ name: 'Mover', permissions: MoveMembers });
		await anna?.join('Study');
		await expect(ben?.join('Study')).rejects.toThrow('Ben may not enter Study: full');
		// Who is elsewhere stays there, and is heard there.
		await ben?.join('Hall');
		const refused = discord.waitFor('voice-refused');
		await expect(ben?.join('Study')).rejects.toThrow('full');
		expect(await refused).toMatchObject({ userId: ben?.id, channelId: discord.channel('Study').id });
		ben?.setVoice({ selfDeaf: true });
		expect(ben?.channelId).toBe(discord.channel('Hall').id);
		expect(await ben?.speak([Buffer.of(0xf8, 1, 2)])).toMatchObject({ packets: 1, dropped: 0 });
		await mover.join('Study');
		discord.limitUsers('Study', 3);
		await ben?.join('Study');
		expect(discord.guild('Home').voiceStates.size).toBe(3);
		// Who is inside may change its own state though the channel is full.
		anna?.setVoice({ selfMute: true });
		expect(discord.guild('Home').voiceStates.get(anna?.id ?? '')?.selfMute).toBe(true);
	});

	it('is not asked of those whom a moderator moves', async () => {
		await using discord = await SimulatedDiscord.start(house([{ id: BEN, deny: Connect }], 1));
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		const ben = discord.createMember({ name: 'Ben', id: BEN });
		await anna.join('Study');
		await ben.join('Hall');
		const seen = once(client, 'voiceStateUpdate', { signal: AbortSignal.timeout(5_000) });
		discord.moveVoice(ben.id, 'Study');
		expect((await seen)[1]).toMatchObject({ id: ben.id, channelId: discord.channel('Study').id });
		await eventually(() => ben.voicePrivacyCode !== undefined && ben.voicePrivacyCode === anna.voicePrivacyCode, 5_000);
		discord.moveVoice(ben.id, null);
		expect(ben.channelId).toBeUndefined();
		expect(() => discord.moveVoice(ben.id, 'Hall')).toThrow('is in no voice channel');
	});
});

describe('whom a moderator has muted', () => {
	it('is passed on to nobody until the moderator thinks better of it', async () => {
		await using call = await startCall();
		const { discord, anna, heard, client } = call;
		const seen = once(client, 'voiceStateUpdate', { signal: AbortSignal.timeout(5_000) });
		discord.moderate(anna.id, { mute: true });
		expect((await seen)[1]).toMatchObject({ id: anna.id, serverMute: true, serverDeaf: false });
		await anna.speak(tone(220, 5));
		await eventually(() => discord.packets(anna.id).received === 10);
		expect(discord.packets(anna.id).relayed).toBe(0);
		discord.moderate(anna.id, { mute: false });
		const packets = tone(330, 5);
		await anna.speak(packets);
		await eventually(() => heard.packets.length === 5);
		expect(positions(heard.packets, packets)).toEqual(inOrder(5));
	});
});

describe('a bot with power over channels', () => {
	it('sets overwrites and limits through REST', async () => {
		const permissions = ManageChannels | ManageRoles;
		await using discord = await SimulatedDiscord.start({ ...house(), bots: [{ token: TOKEN, permissions }] });
		await using client = await logIn(discord);
		const study = voiceChannel(client, discord, 'Study');
		await study.setUserLimit(7);
		await study.permissionOverwrites.create(study.guild.roles.everyone, { Connect: false });
		const anna = discord.createMember({ name: 'Anna' });
		await expect(anna.join('Study')).rejects.toThrow('connect-denied');
		await study.permissionOverwrites.delete(study.guild.roles.everyone);
		await anna.join('Study');
		expect(discord.channel('Study').userLimit).toBe(7);
		expect(discord.channel('Study').overwrites.size).toBe(0);
	});

	it('has it in those channels only where it has the permission', async () => {
		await using discord = await SimulatedDiscord.start(
			house([{ id: '@everyone', deny: SetVoiceChannelStatus | ManageChannels }]),
		);
		await using client = await logIn(discord);
		const missing = { status: 403, code: 50013 };
		const status = (name: string) => `/channels/${discord.channel(name).id}/voice-status` as const;
		using connection = await joinVoice(client, discord, 'Hall');
		const body = { status: 'Listening' };
		await client.rest.put(status('Hall'), { body });
		await expect(client.rest.put(status('Study'), { body })).rejects.toMatchObject(missing);
		expect([discord.channel('Hall').voiceStatus, discord.channel('Study').voiceStatus]).toEqual(['Listening', null]);
		const path = Routes.channel(discord.channel('Study').id);
		await expect(client.rest.patch(path, { body: { user_limit: 2 } })).rejects.toMatchObject(missing);
		discord.permit('Study', '@everyone', { deny: ViewChannel });
		await expect(client.rest.patch(path, { body: { user_limit: 2 } })).rejects.toMatchObject({ code: 50001 });
		expect(connection.state.status).toBe('ready');
	});

	it('hears of its own new nickname', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const updated = once(client, 'guildMemberUpdate', { signal: AbortSignal.timeout(5_000) });
		const { id: guildId } = discord.guild('Home');
		await client.rest.patch(Routes.guildMember(guildId, '@me'), { body: { nick: '[LISTENING] Ears' } });
		expect((await updated)[1]).toMatchObject({ nickname: '[LISTENING] Ears' });
		await client.rest.patch(Routes.guildMember(guildId, '@me'), { body: { nick: null } });
		expect(discord.guild('Home').members.get(client.user.id)?.nick).toBeNull();
	});
});
