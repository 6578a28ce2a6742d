import { once } from 'node:events';
import { entersState, getVoiceConnection, joinVoiceChannel, VoiceConnectionStatus } from '@discordjs/voice';
import { Client } from 'discord.js';
import { SILENCE_FRAME, SimulatedDiscord } from 'speech-emotion-sense/sim';
import { expect, it, vi } from 'vitest';

/** The bot under test: anything that uses discord.js. On /join it comes, and keeps what it hears. */
async function startBot(apiBase: string, token: string, heard: Buffer[]) {
	const client = new Client({ intents: ['Guilds', 'GuildVoiceStates'], rest: { api: apiBase } });
	client.on('interactionCreate', async (interaction) => {
		if (!interaction.isChatInputCommand() || !interaction.inCachedGuild()) return;
		const { guild, member } = interaction;
		await interaction.deferReply();
		const connection = joinVoiceChannel({
			channelId: member.voice.channelId ?? '',
			guildId: guild.id,
			selfDeaf: false,
			adapterCreator: guild.voiceAdapterCreator,
		});
		await entersState(connection, VoiceConnectionStatus.Ready, 5_000);
		const keep = (packet: Buffer) => packet.equals(SILENCE_FRAME) || heard.push(packet);
		connection.receiver.subscribe(member.id).on('data', keep);
		await interaction.editReply('I am listening.');
	});
	const ready = once(client, 'clientReady');
	await client.login(token);
	await ready;
	await client.application?.commands.set([{ name: 'join', description: 'Join my voice channel' }]);
	return client;
}

it('hears who speaks to it, and goes on after its voice session was lost', { timeout: 30_000 }, async () => {
	await using discord = await SimulatedDiscord.start({
		guilds: [{ name: 'Home', channels: [{ name: 'general' }, { name: 'Lounge', kind: 'voice' }] }],
		bots: [{ token: 'a-token-of-your-choice', name: 'Echo' }],
	});
	discord.trust();
	const heard: Buffer[] = [];
	const client = await startBot(discord.apiBase, 'a-token-of-your-choice', heard);

	// Someone who talks to it: a real voice connection of her own.
	const anna = discord.createMember({ name: 'Anna' });
	await anna.join('Lounge');
	const encrypted = discord.waitFor('dave-transition', ({ members }) => members.length === 2);
	expect(await anna.command('join')).toMatchObject({ content: 'I am listening.', ephemeral: false });
	await encrypted;
	const packets = Array.from({ length: 25 }, (_, index) => Buffer.of(0xf8, index, 1, 2, 3, 4, 5, 6));
	await anna.speak(packets);
	await vi.waitFor(() => expect(heard).toEqual(packets), 5_000);

	// Trouble, on demand: its session is declared invalid, and a fifth of the packets swap places.
	const again = discord.waitFor('dave-transition', ({ members }) => members.length === 2);
	discord.faults.voice.close(discord.bots[0]?.id ?? '', 4006);
	await again;
	await vi.waitFor(() => expect(getVoiceConnection(anna.guildId)?.voicePrivacyCode).toBe(anna.voicePrivacyCode), 5_000);
	// The first one arrives first: libdave takes whatever precedes the first packet of a new key for a replay.
	let passed = 0;
	discord.network = () => [{ delayMs: passed++ % 5 === 4 ? 50 : 0 }];
	await anna.speak(packets);
	await vi.waitFor(() => expect(heard).toHaveLength(50), 5_000);
	expect(heard.slice(25)).not.toEqual(packets);
	expect(new Set(heard.slice(25).map((packet) => packet[1])).size).toBe(25);

	getVoiceConnection(anna.guildId)?.destroy();
	await client.destroy();
});
