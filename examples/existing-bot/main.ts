/**
 * A bot of one's own, with a command of its own, that also hears how members sound.
 *
 *     DISCORD_TOKEN=… node examples/existing-bot/main.ts
 */
import { Client, Events, GatewayIntentBits, SlashCommandBuilder } from 'discord.js';
import { createEmotionSense } from 'speech-emotion-sense';

const { DISCORD_TOKEN, DISCORD_API_BASE = 'https://discord.com/api', ATTESTED } = process.env;

const client = new Client({
	intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates],
	rest: { api: DISCORD_API_BASE },
});
await client.login(DISCORD_TOKEN);

const ses = await createEmotionSense({
	client,
	storage: { file: 'data/ses.sqlite', keyFile: 'data/ses.key' },
	// ATTESTED=yes answers for it that none of the bot's servers is a workplace, a school or for people under age.
	// Without it every server is asked in `/emotion setup`.
	config: { bot: { attested: ATTESTED === 'yes' } },
});
ses.on('emotion', ({ label, confidence }) => console.log(`emotion: ${label}, ${Math.round(confidence * 100)} % sure`));
ses.on('heat', ({ state, score }) => console.log(`heat: ${state}, ${Math.round(score * 100)} of 100`));
ses.on('alert', ({ reasons }) => console.log(`alert: ${reasons.map(({ text }) => text).join('; ')}`));

client.on(Events.InteractionCreate, async (interaction) => {
	if (await ses.handle(interaction)) return;
	if (interaction.isChatInputCommand() && interaction.commandName === 'ping') await interaction.reply('Pong!');
});
const ping = new SlashCommandBuilder().setName('ping').setDescription('Answers.');
await client.application?.commands.set([ping.toJSON(), ...ses.commands]);

process.once('SIGTERM', async () => {
	// Leaves the voice channels and writes what waits; the client is ours to close.
	await ses[Symbol.asyncDispose]();
	await client.destroy();
});
