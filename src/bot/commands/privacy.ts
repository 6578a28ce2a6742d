import { AttachmentBuilder, InteractionContextType, MessageFlags, SlashCommandBuilder } from 'discord.js';
import { formatDate, translate } from '../i18n/index.ts';
import { type Command, describe } from './command.ts';
import { type Archive, archivesOf } from './privacy/archive.ts';
import { personalData, retentionOf } from './privacy/data.ts';
import { eraseQuestion } from './privacy/erase.ts';

/** Of a request that holds more than the file. */
const ENVELOPE_BYTES = 64 * 1024;

const attachmentOf = ({ name, bytes }: Archive): AttachmentBuilder => new AttachmentBuilder(bytes, { name });

export const privacyCommand: Command = {
	data: describe(new SlashCommandBuilder().setName('privacy'), 'command.privacy')
		.setContexts(InteractionContextType.Guild)
		.addSubcommand((what) => describe(what.setName('what'), 'command.privacy.what'))
		.addSubcommand((take) => describe(take.setName('export'), 'command.privacy.export'))
		.addSubcommand((erase) => describe(erase.setName('erase'), 'command.privacy.erase')),
	handlers: {
		what: async (interaction, services) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const { guildId, locale } = interaction;
			const { consent, moods, alerts, audit } = await personalData(interaction, services);
			const [oldest] = moods;
			const lines = [
				oldest
					? translate(locale, 'privacy.what', {
							count: moods.length,
							oldest: formatDate(locale, oldest.at),
							days: retentionOf(guildId, services),
						})
					: translate(locale, 'privacy.none'),
				...(alerts.length > 0 ? [translate(locale, 'privacy.what.alerts', { count: alerts.length })] : []),
				...(audit.length > 0 ? [translate(locale, 'privacy.what.audit', { count: audit.length })] : []),
				...(consent ? [translate(locale, 'privacy.what.consent', { receipt: consent.receipt })] : []),
			];
			await interaction.editReply(lines.join('\n'));
		},
		export: async (interaction, services) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const { guild, locale } = interaction;
			const data = await personalData(interaction, services);
			const [first, ...more] = await archivesOf(data, {
				readme: translate(locale, 'privacy.readme', { server: guild.name }),
				mostBytes: interaction.attachmentSizeLimit - ENVELOPE_BYTES,
				channelName: (channelId) => guild.channels.cache.get(channelId)?.name,
			});
			const content = translate(locale, 'privacy.export', { count: data.moods.length, parts: more.length + 1 });
			await interaction.editReply({ content, files: first ? [attachmentOf(first)] : [] });
			for (const archive of more) {
				await interaction.followUp({ files: [attachmentOf(archive)], flags: MessageFlags.Ephemeral });
			}
		},
		erase: async (interaction, services) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const { moods } = await personalData(interaction, services);
			await interaction.editReply(eraseQuestion(interaction.locale, moods.length));
		},
	},
};
