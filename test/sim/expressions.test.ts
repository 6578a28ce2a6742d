import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord } from '../../src/sim/index.ts';
import { home, joinVoice, logIn } from './support/bot.ts';

const SOUND = '100000000000000001';

describe('reactions', () => {
	it('are told as events, where the bot may add them', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const { id } = discord.channel('general');
		const channel = await client.channels.fetch(id);
		if (!channel?.isSendable()) throw new Error('Not sendable');
		const message = await channel.send('hello');
		const added = discord.waitFor('reaction-added');
		await message.react('🌿');
		expect(await added).toMatchObject({ emoji: '🌿', userId: client.user.id, message: { id: message.id } });
		await expect(message.react('leaf')).rejects.toMatchObject({ code: 10014 });
		discord.permit('general', client.user.id, { deny: PermissionFlagsBits.AddReactions });
		await expect(message.react('🌿')).rejects.toMatchObject({ code: 50013 });
	});
});

describe('the soundboard', () => {
	it('plays for a bot that is in the channel and may', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const { id } = discord.channel('Lounge');
		const play = () => client.rest.post(`/channels/${id}/send-soundboard-sound`, { body: { sound_id: SOUND } });
		await expect(play()).rejects.toMatchObject({ code: 40032 });
		using _voice = await joinVoice(client, discord, 'Lounge');
		const played = discord.waitFor('soundboard-played');
		await play();
		expect(await played).toEqual({
			type: 'soundboard-played',
			channelId: id,
			userId: client.user.id,
			soundId: SOUND,
		});
		discord.permit('Lounge', client.user.id, { deny: PermissionFlagsBits.UseSoundboard });
		await expect(play()).rejects.toMatchObject({ code: 50013 });
	});
});
