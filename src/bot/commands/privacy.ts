import { AttachmentBuilder, InteractionContextType, MessageFlags, SlashCommandBuilder } from 'discord.js';
import type { MoodEntry } from '../../domain/index.ts';
import { formatDate, translate } from '../i18n/index.ts';
import { type Command, type CommandServices, describe, type GuildCommand } from './command.ts';

const everything = (interaction: GuildCommand, { moods }: CommandServices): Promise<MoodEntry[]> =>
	moods.list({
		guildId: interaction.guildId,
		userId: interaction.user.id,
		from: 0,
		to: Number.MAX_SAFE_INTEGER,
	});

export const privacyCommand: Command = {
	data: describe(new SlashCommandBuilder().setName('privacy'), 'command.privacy')
		.setContexts(InteractionContextType.Guild)
		.addSubcommand((what) => describe(what.setName('what'), 'command.privacy.what'))
		.addSubcommand((take) => describe(take.setName('export'), 'command.privacy.export'))
		.addSubcommand((erase) => describe(erase.setName('erase'), 'command.privacy.erase')),
	handlers: {
		what: async (interaction, services) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const entries = await everything(interaction, services);
			const oldest = entries[0];
			await interaction.editReply(
				oldest
					? translate(interaction.locale, 'privacy.what', {
							count: entries.length,
							oldest: formatDate(interaction.locale, oldest.at),
							days: services.retentionDays,
						})
					: translate(interaction.locale, 'privacy.none'),
			);
		},
		export: async (interaction, services) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const entries = await everything(interaction, services);
			const consent = await services.gate.receipt(interaction.guildId, interaction.user.id);
			const file = new AttachmentBuilder(Buffer.from(JSON.stringify({ consent: consent ?? null, entries }, null, 2)), {
				name: 'speech-emotion-sense.json',
			});
			await interaction.editReply({
				content: translate(interaction.locale, 'privacy.export', { count: entries.length }),
				files: [file],
			});
		},
		erase: async (interaction, services) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const count = await services.moods.erase(interaction.guildId, interaction.user.id);
			await interaction.editReply(translate(interaction.locale, 'privacy.erased', { count }));
		},
	},
};
