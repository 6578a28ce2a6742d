import { AttachmentBuilder, type Client, EmbedBuilder, PermissionFlagsBits, Routes } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord } from '../../src/sim/index.ts';
import { home, joinVoice, logIn, TOKEN } from './support/bot.ts';

async function textChannel(client: Client<true>, discord: SimulatedDiscord) {
	const channel = await client.channels.fetch(discord.channel('general').id);
	if (!channel?.isSendable()) throw new Error('Not sendable');
	return channel;
}

const authorization = `Bot ${TOKEN}`;

describe('the REST API', () => {
	it('turns away a wrong token, and answers in Discord’s format what it does not know', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const get = async (path: string, init: RequestInit = { headers: { authorization } }) => {
			const response = await fetch(`${discord.apiBase}/v10${path}`, init);
			return [response.status, await response.json()];
		};
		expect(await get('/users/@me', {})).toEqual([401, { message: '401: Unauthorized', code: 0 }]);
		const wrong = { headers: { authorization: 'Bot wrong' } };
		expect(await get('/gateway/bot', wrong)).toEqual([401, { message: '401: Unauthorized', code: 0 }]);
		expect(await get('/no/such/route')).toEqual([404, { message: '404: Not Found', code: 0 }]);
		expect(await get('/channels/1')).toEqual([404, { message: 'Unknown Channel', code: 10003 }]);
		const { id } = discord.channel('general');
		const broken = { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: '{' };
		expect(await get(`/channels/${id}/messages`, broken)).toMatchObject([400, { code: 50109 }]);
		const wrongMethod = { method: 'PUT', headers: { authorization } };
		expect(await get(`/channels/${id}`, wrongMethod)).toEqual([405, { message: '405: Method Not Allowed', code: 0 }]);
	});

	it('registers commands, keeps their ids, and refuses bad ones as Discord does', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const { commands } = client.application;
		const registered = discord.waitFor('commands-registered');
		const first = await commands.set([{ name: 'mood', description: 'Your mood' }]);
		expect(await registered).toMatchObject({ botId: client.user.id, guildId: null, commands: [{ name: 'mood' }] });
		const again = await commands.set([
			{ name: 'heat', description: 'Heat' },
			{ name: 'mood', description: 'Mood' },
		]);
		expect(again.find(({ name }) => name === 'mood')?.id).toBe(first.first()?.id);
		const { id: guildId } = discord.guild('Home');
		await commands.create({ name: 'local', description: 'Here only' }, guildId);
		expect([...(await commands.fetch({ guildId })).values()]).toMatchObject([{ name: 'local', guildId }]);
		expect((await commands.fetch()).size).toBe(2);
		await commands.delete(again.first()?.id ?? '');
		expect((await commands.fetch()).size).toBe(1);

		await expect(commands.set([{ name: 'Mood', description: 'Capitals' }])).rejects.toMatchObject({ code: 50035 });
		await expect(commands.set([{ name: 'mood', description: '' }])).rejects.toMatchObject({ code: 50035 });
		const twins = Array(2).fill({ name: 'mood', description: 'Mood' });
		await expect(commands.set(twins)).rejects.toMatchObject({ code: 50035 });
		const options = [
			{ type: 3, name: 'a', description: 'optional' },
			{ type: 3, name: 'b', description: 'required', required: true },
		];
		await expect(commands.set([{ name: 'mood', description: 'Mood', options }])).rejects.toThrow('Required options');
		expect((await commands.fetch()).size).toBe(1);
	});

	it('keeps messages with their files through edits', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const channel = await textChannel(client, discord);
		const file = (name: string) => new AttachmentBuilder(Buffer.from(name), { name, description: `The ${name}` });
		const sent = await channel.send({ content: 'Two files', files: [file('a.txt'), file('b.txt')] });
		expect(sent.attachments.map(({ name, description, size }) => [name, description, size])).toEqual([
			['a.txt', 'The a.txt', 5],
			['b.txt', 'The b.txt', 5],
		]);
		const edited = await sent.edit({
			content: 'One kept, one new',
			attachments: [...sent.attachments.filter(({ name }) => name === 'b.txt').values()],
			files: [file('c.txt')],
			embeds: [new EmbedBuilder().setDescription('An embed')],
		});
		expect(edited.editedTimestamp).not.toBeNull();
		const [stored] = discord.messages('general');
		expect(stored).toMatchObject({ content: 'One kept, one new', authorId: client.user.id });
		expect(stored?.attachments.map(({ bytes }) => bytes.toString())).toEqual(['b.txt', 'c.txt']);
		expect((await channel.messages.fetch({ limit: 10 })).map(({ id }) => id)).toEqual([sent.id]);
		await edited.delete();
		expect(discord.messages('general')).toEqual([]);
		await expect(channel.messages.fetch({ message: sent.id, force: true })).rejects.toMatchObject({ code: 10008 });
		expect(discord.events.history.map(({ type }) => type)).toEqual([
			'gateway-ready',
			'message-created',
			'message-edited',
			'message-deleted',
		]);
	});

	it('refuses what Discord refuses in a message', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const { id } = discord.channel('general');
		const post = (body: object) => client.rest.post(Routes.channelMessages(id), { body });
		await expect(post({})).rejects.toMatchObject({ code: 50006 });
		await expect(post({ content: 'x'.repeat(2001) })).rejects.toMatchObject({ code: 50035 });
		const field = { name: 'n', value: 'v'.repeat(1000) };
		await expect(post({ embeds: [{ fields: Array(7).fill(field) }] })).rejects.toThrow('exceeds maximum size of 6000');
		const press = { type: 2, style: 1, label: 'x', custom_id: 'same' };
		const rows = [{ type: 1, components: [press, press] }];
		await expect(post({ content: 'x', components: rows })).rejects.toThrow('cannot be duplicated');
		expect(discord.messages('general')).toEqual([]);
	});

	it('enforces permissions', async () => {
		const { SendMessages, ChangeNickname, SetVoiceChannelStatus } = PermissionFlagsBits;
		const denied = SendMessages | ChangeNickname | SetVoiceChannelStatus;
		await using discord = await SimulatedDiscord.start({ ...home, bots: [{ token: TOKEN, denied }] });
		await using client = await logIn(discord);
		const member = discord.createMember({ name: 'Anna' });
		const { id: guildId } = discord.guild('Home');
		const missing = { status: 403, code: 50013 };
		const { rest } = client;
		const body = { content: 'x', nick: 'x', status: 'x' };
		await expect(rest.post(Routes.channelMessages(discord.channel('general').id), { body })).rejects.toMatchObject(
			missing,
		);
		await expect(rest.patch(Routes.guildMember(guildId, '@me'), { body })).rejects.toMatchObject(missing);
		await expect(rest.patch(Routes.guildMember(guildId, member.id), { body })).rejects.toMatchObject(missing);
		const status = `/channels/${discord.channel('Lounge').id}/voice-status` as const;
		await expect(rest.put(status, { body })).rejects.toMatchObject(missing);
	});

	it('lets a bot show that it listens: nickname and voice status', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		using connection = await joinVoice(client, discord, 'Lounge');
		expect(connection.joinConfig.channelId).toBe(discord.channel('Lounge').id);
		const nickname = discord.waitFor('nickname-changed');
		const guild = client.guilds.cache.first();
		await guild?.members.me?.setNickname('[ON AIR] Ears');
		expect(await nickname).toMatchObject({ userId: client.user.id, nick: '[ON AIR] Ears' });
		const status = discord.waitFor('voice-status-changed');
		await client.rest.put(`/channels/${discord.channel('Lounge').id}/voice-status`, { body: { status: 'Listening' } });
		expect(await status).toMatchObject({ channelId: discord.channel('Lounge').id, status: 'Listening' });
		expect(discord.channel('Lounge').voiceStatus).toBe('Listening');
	});

	it('gives moderators power over voice', async () => {
		const { MoveMembers, MuteMembers } = PermissionFlagsBits;
		await using discord = await SimulatedDiscord.start({
			...home,
			bots: [{ token: TOKEN, permissions: MoveMembers | MuteMembers }],
		});
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		await anna.join('Lounge');
		const guild = client.guilds.cache.first();
		const member = await guild?.members.fetch(anna.id);
		await member?.voice.setMute(true);
		expect(member?.voice.serverMute).toBe(true);
		const moved = discord.waitFor('voice-moved');
		await member?.voice.setChannel(discord.channel('Den').id);
		expect(await moved).toMatchObject({ userId: anna.id, channelId: discord.channel('Den').id });
		const left = discord.waitFor('voice-left');
		await member?.voice.disconnect();
		expect(await left).toMatchObject({ userId: anna.id });
		expect(anna.channelId).toBeUndefined();
	});
});
