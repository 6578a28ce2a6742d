import {
	ActionRowBuilder,
	ButtonBuilder,
	ButtonStyle,
	type InteractionEditReplyOptions,
	type MessageComponentInteraction,
	MessageFlags,
} from 'discord.js';
import { type AlertRecord, MODERATOR_PERMISSIONS, type Verdict } from '../../domain/index.ts';
import type { ComponentHandler, ComponentInteraction } from '../components/component.ts';
import { translate } from '../i18n/index.ts';
import type { AlertOutcome, TuneChoice } from './actions.ts';
import { isGone } from './board.ts';
import type { AlertDesk } from './desk.ts';
import { ALERT_PREFIX, alertIds, REASON_FIELD } from './ids.ts';
import { moderatorOf, timestamp } from './message.ts';
import { MOST_RECENT, recentView } from './recent.ts';
import { reasonForm, reveal } from './reveal.ts';
import { shiftedPercent, tuningView } from './tuning.ts';

type Press = (interaction: MessageComponentInteraction<'cached'>, desk: AlertDesk, args: string[]) => Promise<void>;

const who = ({ guildId, user }: ComponentInteraction) => ({ guildId, userId: user.id });

/** Says something to the one who pressed, beside the message that the button is on. */
const whisper = async (
	interaction: ComponentInteraction,
	content: string,
	...components: ActionRowBuilder<ButtonBuilder>[]
): Promise<void> => {
	const flags = MessageFlags.Ephemeral;
	await interaction.followUp({ content, components, flags, allowedMentions: { parse: [] } });
};

/** Replaces the message that the button is on; one that was deleted meanwhile is let go. */
async function replace(interaction: ComponentInteraction, view: InteractionEditReplyOptions): Promise<void> {
	try {
		await interaction.editReply(view);
	} catch (error) {
		if (!isGone(error)) throw error;
	}
}

/** Shows what has become of an alert: where the button was pressed, and in the moderators' channel. */
async function show(
	interaction: MessageComponentInteraction<'cached'>,
	{ board, localeOf }: AlertDesk,
	alert: AlertRecord,
): Promise<void> {
	const isPosted = alert.message?.messageId === interaction.message.id;
	const locale = isPosted ? localeOf(interaction.guild) : interaction.locale;
	await replace(interaction, await board.view(alert, locale, isPosted));
	if (!isPosted) await board.refresh(alert);
}

const unknown = (interaction: ComponentInteraction, id: string): Promise<void> =>
	whisper(interaction, translate(interaction.locale, 'alert.unknown', { id }));

function alreadyText({ acknowledged }: AlertRecord, locale: string): string {
	const moderator = acknowledged ? moderatorOf(acknowledged, locale) : '';
	const said = translate(locale, 'alert.acknowledge.already', { moderator });
	return said.charAt(0).toLocaleUpperCase(locale) + said.slice(1);
}

/** What the one who took an alert on, or came too late, is told. */
export const acknowledgeText = (outcome: AlertOutcome, id: string, locale: string): string =>
	outcome.status === 'unknown'
		? translate(locale, 'alert.unknown', { id })
		: outcome.status === 'done'
			? translate(locale, 'alert.acknowledge.done')
			: alreadyText(outcome.alert, locale);

const PRESSES: Readonly<Record<string, Press>> = {
	acknowledge: async (interaction, desk, [id = '']) => {
		await interaction.deferUpdate();
		const outcome = await desk.actions.acknowledge(who(interaction), id);
		await whisper(interaction, acknowledgeText(outcome, id, interaction.locale));
		if (outcome.status !== 'unknown') await show(interaction, desk, outcome.alert);
	},
	verdict: async (interaction, desk, [id = '', verdict]) => {
		if (verdict !== 'justified' && verdict !== 'false-alarm') return;
		await interaction.deferUpdate();
		const { locale } = interaction;
		const outcome = await desk.actions.judge(who(interaction), id, verdict satisfies Verdict);
		if (outcome.status === 'unknown') {
			await unknown(interaction, id);
			return;
		}
		const said = translate(locale, `alert.verdict.${outcome.status}`);
		const hot = outcome.shift && shiftedPercent(desk.alerting.thresholds.hot, outcome.shift.after);
		const shifted = hot === undefined ? '' : ` ${translate(locale, 'alert.verdict.shifted', { hot })}`;
		await whisper(interaction, `${said}${shifted}`);
		await show(interaction, desk, outcome.alert);
	},
	mute: async (interaction, desk, [id = '']) => {
		await interaction.deferUpdate();
		const { guildId, locale } = interaction;
		const until = await desk.actions.mute(who(interaction));
		const end = new ButtonBuilder()
			.setCustomId(alertIds.unmute)
			.setLabel(translate(locale, 'alert.button.unmute'))
			.setStyle(ButtonStyle.Secondary);
		const text = translate(locale, 'alert.muted', { time: timestamp(until, 'ShortTime') });
		await whisper(interaction, text, new ActionRowBuilder<ButtonBuilder>().addComponents(end));
		const alert = await desk.actions.get(guildId, id);
		if (alert) await show(interaction, desk, alert);
	},
	unmute: async (interaction, { actions }) => {
		await interaction.deferUpdate();
		const wasMuted = await actions.unmute(who(interaction));
		const content = translate(interaction.locale, wasMuted ? 'alert.unmuted' : 'alert.unmuted.already');
		await replace(interaction, { content, components: [] });
	},
	reveal: async (interaction, { actions }, [id = '']) => {
		const { guildId, locale } = interaction;
		// Nobody should write down a reason in vain.
		if (await actions.get(guildId, id)) await interaction.showModal(reasonForm(id, locale));
		else {
			const content = translate(locale, 'alert.unknown', { id });
			await interaction.reply({ content, flags: MessageFlags.Ephemeral });
		}
	},
	page: async (interaction, { actions }, [page]) => {
		await interaction.deferUpdate();
		const { guild, locale } = interaction;
		const alerts = await actions.recent(guild.id, MOST_RECENT);
		const nameOf = (channelId: string) => guild.channels.cache.get(channelId)?.name ?? channelId;
		await replace(interaction, recentView(alerts, Number(page) || 0, locale, nameOf));
	},
	choose: async (interaction, { actions, board }) => {
		if (!interaction.isStringSelectMenu()) return;
		await interaction.deferReply({ flags: MessageFlags.Ephemeral });
		const { guildId, locale, values } = interaction;
		const [id = ''] = values;
		const alert = await actions.get(guildId, id);
		if (alert) await interaction.editReply(await board.view(alert, locale));
		else await interaction.editReply(translate(locale, 'alert.unknown', { id }));
	},
	tune: async (interaction, { actions, alerting }, [choice]) => {
		if (choice !== 'more' && choice !== 'less' && choice !== 'automatic') return;
		await interaction.deferUpdate();
		const settings = await actions.tune(who(interaction), choice satisfies TuneChoice);
		const figures = await actions.figures(interaction.guildId);
		await replace(interaction, tuningView(figures, settings, alerting, interaction.locale));
	},
};

/** Buttons, menus and the form of alerts, for moderators. */
export const alertComponents: ComponentHandler = {
	prefix: ALERT_PREFIX,
	permissions: MODERATOR_PERMISSIONS,
	run: async (interaction, [action = '', ...args], { alertDesk }) => {
		if (interaction.isModalSubmit()) {
			const reason = interaction.fields.getTextInputValue(REASON_FIELD);
			await reveal(interaction, alertDesk.actions, args[0] ?? '', reason);
		} else await PRESSES[action]?.(interaction, alertDesk, args);
	},
};
