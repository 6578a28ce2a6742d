import { ActionRowBuilder, ButtonBuilder, ButtonStyle, MessageFlags, PermissionFlagsBits } from 'discord.js';
import { MODERATOR_PERMISSIONS } from '../../domain/index.ts';
import { timestamp } from '../alerts/index.ts';
import { type ComponentHandler, customId } from '../components/component.ts';
import { translate } from '../i18n/index.ts';
import { SLOW_MODE_MS } from './slow-modes.ts';

const PREFIX = 'ses:slow-mode';

const row = (id: string, label: string): ActionRowBuilder<ButtonBuilder> =>
	new ActionRowBuilder<ButtonBuilder>().addComponents(
		new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(ButtonStyle.Secondary),
	);

/** Turns on what was suggested. */
export const slowModeButton = (channelId: string, seconds: number, locale: string) =>
	row(
		customId(PREFIX, 'start', channelId, String(seconds)),
		translate(locale, 'slow-mode.start', { seconds, minutes: SLOW_MODE_MS / 60_000 }),
	);

/** Slow mode on the word of a moderator who sees the channel. */
export const slowModeButtons: ComponentHandler = {
	prefix: PREFIX,
	permissions: MODERATOR_PERMISSIONS,
	run: async (interaction, [action, channelId = '', seconds], { slowModes, community }) => {
		if (!interaction.isMessageComponent()) return;
		await interaction.deferUpdate();
		const { guild, guildId, member, user } = interaction;
		const channel = `<#${channelId}>`;
		const who = { guildId, userId: user.id };
		const everyones = community.localeOf(guild);
		const whisper = async (content: string): Promise<void> => {
			await interaction.followUp({ content, flags: MessageFlags.Ephemeral, allowedMentions: { parse: [] } });
		};
		/** What happened stands below what was suggested, for all moderators. */
		const show = async (line: string, ...components: ActionRowBuilder<ButtonBuilder>[]): Promise<void> => {
			const content = `${interaction.message.content}\n${line}`;
			await interaction.editReply({ content, components, allowedMentions: { parse: [] } });
		};
		const place = guild.channels.cache.get(channelId);
		if (place && place.permissionsFor(member).has(PermissionFlagsBits.ViewChannel) !== true) {
			await whisper(translate(interaction.locale, 'component.forbidden'));
			return;
		}
		const moderator = `<@${user.id}>`;
		if (action === 'end') {
			const ended = await slowModes.end(who, channelId);
			if (ended) await show(translate(everyones, 'slow-mode.ended', { moderator }));
			else {
				await interaction.editReply({ components: [] });
				await whisper(translate(interaction.locale, 'slow-mode.over', { channel }));
			}
			return;
		}
		const outcome = await slowModes.start(who, channelId, Number(seconds));
		if (outcome.status !== 'started') {
			await whisper(translate(interaction.locale, `slow-mode.${outcome.status}`, { channel }));
			return;
		}
		const time = timestamp(outcome.until, 'ShortTime');
		await show(
			translate(everyones, 'slow-mode.started', { moderator, seconds: Number(seconds), time }),
			row(customId(PREFIX, 'end', channelId), translate(everyones, 'slow-mode.end')),
		);
	},
};
