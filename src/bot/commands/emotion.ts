import {
	ChannelType,
	DiscordAPIError,
	InteractionContextType,
	MessageFlags,
	PermissionFlagsBits,
	SlashCommandBuilder,
	type VoiceBasedChannel,
} from 'discord.js';
import { reasonOf } from '../../domain/index.ts';
import { translate } from '../i18n/index.ts';
import { type Command, describe, type GuildCommand } from './command.ts';
import { statusText } from './status.ts';

const NEEDED = [
	PermissionFlagsBits.ViewChannel,
	PermissionFlagsBits.Connect,
	PermissionFlagsBits.SendMessages,
	PermissionFlagsBits.EmbedLinks,
];
/** Discord does not answer who may not connect, so that is soon clear. */
const UNLIKELY_MS = 5000;

/** As far as can be told beforehand. */
const lacksPermission = (channel: VoiceBasedChannel, interaction: GuildCommand): boolean =>
	channel.permissionsFor(interaction.client.user)?.has(NEEDED) === false;

function isForbidden(error: unknown): boolean {
	if (error instanceof DiscordAPIError) return error.status === 403;
	return error instanceof Error && isForbidden(error.cause);
}

export const emotionCommand: Command = {
	data: describe(new SlashCommandBuilder().setName('emotion'), 'command.emotion')
		.setContexts(InteractionContextType.Guild)
		.setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild)
		.addSubcommand((join) =>
			describe(join.setName('join'), 'command.emotion.join').addChannelOption((channel) =>
				describe(channel.setName('channel'), 'command.emotion.join.channel').addChannelTypes(ChannelType.GuildVoice),
			),
		)
		.addSubcommand((leave) => describe(leave.setName('leave'), 'command.emotion.leave'))
		.addSubcommand((status) => describe(status.setName('status'), 'command.emotion.status')),
	handlers: {
		join: async (interaction, { sessions, log }) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const { locale } = interaction;
			const channel =
				interaction.options.getChannel('channel', false, [ChannelType.GuildVoice]) ?? interaction.member.voice.channel;
			if (!channel) {
				await interaction.editReply(translate(locale, 'emotion.join.where'));
				return;
			}
			const name = `<#${channel.id}>`;
			const unlikely = lacksPermission(channel, interaction);
			try {
				await sessions.join(channel, unlikely ? UNLIKELY_MS : undefined);
				await interaction.editReply(translate(locale, 'emotion.joined', { channel: name }));
			} catch (error) {
				log.warn({ error }, 'voice channel could not be joined');
				await interaction.editReply(
					unlikely || isForbidden(error)
						? translate(locale, 'emotion.join.permission', { channel: name })
						: translate(locale, 'emotion.join.failed', { channel: name, reason: reasonOf(error) }),
				);
			}
		},
		leave: async (interaction, { sessions }) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const left = await sessions.leave(interaction.guildId);
			await interaction.editReply(translate(interaction.locale, left ? 'emotion.left' : 'emotion.left.none'));
		},
		status: async (interaction, { sessions }) => {
			const { locale } = interaction;
			const session = sessions.get(interaction.guildId);
			const content = session ? statusText(session, locale) : translate(locale, 'emotion.status.none');
			await interaction.reply({ content, flags: MessageFlags.Ephemeral, allowedMentions: { parse: [] } });
		},
	},
};
