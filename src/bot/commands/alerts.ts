import { InteractionContextType, MessageFlags, PermissionFlagsBits, SlashCommandBuilder } from 'discord.js';
import { acknowledgeText } from '../alerts/components.ts';
import { REASON_LENGTH } from '../alerts/ids.ts';
import { MOST_RECENT, recentView } from '../alerts/recent.ts';
import { reveal } from '../alerts/reveal.ts';
import { tuningView } from '../alerts/tuning.ts';
import { formatDate } from '../i18n/index.ts';
import { type AutocompleteHandler, type Command, describe, type GuildCommand } from './command.ts';

const flags = MessageFlags.Ephemeral;
/** Discord takes so many suggestions, of so many characters. */
const MOST_SUGGESTED = 25;
const MOST_CHARACTERS = 100;

/** As it is copied: with the marks of code round it, or in capitals. */
const idOf = ({ options }: GuildCommand): string => options.getString('id', true).replace(/[`\s]/g, '').toLowerCase();

/** The last alerts that have what has been typed in their code, channel or time. */
const suggestAlerts: AutocompleteHandler = async ({ guild, locale, options }, { alertDesk: { actions } }) => {
	const typed = options.getFocused().trim().toLowerCase();
	const alerts = await actions.recent(guild.id, MOST_RECENT);
	return alerts
		.map(({ alertId, at, channelId, score }) => {
			const channel = guild.channels.cache.get(channelId)?.name ?? channelId;
			const name = `${alertId} · ${channel} · ${Math.round(score * 100)} % · ${formatDate(locale, at)}`;
			return { name: name.slice(0, MOST_CHARACTERS), value: alertId };
		})
		.filter(({ name }) => name.toLowerCase().includes(typed))
		.slice(0, MOST_SUGGESTED);
};

export const alertsCommand: Command = {
	data: describe(new SlashCommandBuilder().setName('alerts'), 'command.alerts')
		.setContexts(InteractionContextType.Guild)
		.setDefaultMemberPermissions(PermissionFlagsBits.ManageMessages)
		.addSubcommand((recent) => describe(recent.setName('recent'), 'command.alerts.recent'))
		.addSubcommand((acknowledge) =>
			describe(acknowledge.setName('acknowledge'), 'command.alerts.acknowledge').addStringOption((id) =>
				describe(id.setName('id'), 'command.alerts.id').setRequired(true).setAutocomplete(true),
			),
		)
		.addSubcommand((subcommand) =>
			describe(subcommand.setName('reveal'), 'command.alerts.reveal')
				.addStringOption((id) =>
					describe(id.setName('id'), 'command.alerts.id').setRequired(true).setAutocomplete(true),
				)
				.addStringOption((reason) =>
					describe(reason.setName('reason'), 'command.alerts.reason')
						.setRequired(true)
						.setMinLength(REASON_LENGTH.min)
						.setMaxLength(REASON_LENGTH.max),
				),
		)
		.addSubcommand((tune) => describe(tune.setName('tune'), 'command.alerts.tune')),
	handlers: {
		recent: async (interaction, { alertDesk: { actions } }) => {
			await interaction.deferReply({ flags });
			const { guild, locale } = interaction;
			const alerts = await actions.recent(guild.id, MOST_RECENT);
			const nameOf = (channelId: string) => guild.channels.cache.get(channelId)?.name ?? channelId;
			await interaction.editReply(recentView(alerts, 0, locale, nameOf));
		},
		acknowledge: async (interaction, { alertDesk: { actions, board } }) => {
			await interaction.deferReply({ flags });
			const { guildId, locale, user } = interaction;
			const id = idOf(interaction);
			const outcome = await actions.acknowledge({ guildId, userId: user.id }, id);
			const content = acknowledgeText(outcome, id, locale);
			await interaction.editReply({ content, allowedMentions: { parse: [] } });
			if (outcome.status === 'done') await board.refresh(outcome.alert);
		},
		reveal: (interaction, { alertDesk: { actions } }) =>
			reveal(interaction, actions, idOf(interaction), interaction.options.getString('reason', true)),
		tune: async (interaction, { alertDesk: { actions, alerting } }) => {
			await interaction.deferReply({ flags });
			const { guildId, locale } = interaction;
			const [figures, settings] = [await actions.figures(guildId), await actions.settings(guildId)];
			await interaction.editReply(tuningView(figures, settings, alerting, locale));
		},
	},
	autocomplete: { 'acknowledge id': suggestAlerts, 'reveal id': suggestAlerts },
};
