import { ChannelType, MessageFlags } from 'discord.js';
import { JoinError } from '../../fleet/join-error.ts';
import { translate } from '../../i18n/index.ts';
import type { CommandServices, GuildCommand, Handler } from '../command.ts';

export const mention = (channelId: string): string => `<#${channelId}>`;

export const namedChannel = (interaction: GuildCommand) =>
	interaction.options.getChannel('channel', false, [ChannelType.GuildVoice]);

/** Why the bot is not in the channel, and what to do about it. */
function refusalText(error: JoinError, { guildId, locale }: GuildCommand, channel: string, services: CommandServices) {
	switch (error.refusal) {
		case 'no-account': {
			const taken = services.sessions.in(guildId).map((session) => mention(session.channel.id));
			return translate(locale, 'emotion.join.busy', { channels: taken.join(', ') });
		}
		case 'forbidden':
			return translate(locale, 'emotion.join.permission', { channel });
		case 'failed':
			return translate(locale, 'emotion.join.failed', { channel, reason: error.message });
		default:
			return translate(locale, `emotion.join.${error.refusal}`, { channel });
	}
}

/** `/emotion join` */
export const join: Handler = async (interaction, services) => {
	await interaction.deferReply({ flags: MessageFlags.Ephemeral });
	const { guildId, locale } = interaction;
	const channel = namedChannel(interaction) ?? interaction.member.voice.channel;
	if (!channel) {
		await interaction.editReply(translate(locale, 'emotion.join.where'));
		return;
	}
	try {
		await services.sessions.join(channel);
		const joined = translate(locale, 'emotion.joined', { channel: mention(channel.id) });
		const isSetUp = services.community.of(guildId).attestation !== undefined;
		await interaction.editReply(isSetUp ? joined : `${joined}\n${translate(locale, 'emotion.join.reminder')}`);
	} catch (error) {
		if (!(error instanceof JoinError)) throw error;
		services.log.warn({ error }, 'voice channel could not be joined');
		await interaction.editReply(refusalText(error, interaction, mention(channel.id), services));
	}
};
