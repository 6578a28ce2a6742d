import {
	ActionRowBuilder,
	ButtonBuilder,
	ButtonStyle,
	ContainerBuilder,
	MessageFlags,
	StringSelectMenuBuilder,
	TextDisplayBuilder,
} from 'discord.js';
import type { AlertRecord } from '../../domain/index.ts';
import { formatDate, translate } from '../i18n/index.ts';
import { alertIds } from './ids.ts';
import { deliveryText, statusLines, timestamp } from './message.ts';

const PER_PAGE = 5;
/** Alerts that can be paged through; whoever wants more looks into the console. */
export const MOST_RECENT = 100;
/** Of an option in a menu. */
const MOST_CHARACTERS = 100;

export interface RecentView {
	readonly flags: MessageFlags.IsComponentsV2;
	readonly components: (TextDisplayBuilder | ContainerBuilder)[];
	readonly allowedMentions: { readonly parse: never[] };
}

function entry(alert: AlertRecord, locale: string): string {
	const heat = `${Math.round(alert.score * 100)} %`;
	// The weightiest two say enough in a list.
	const reasons = alert.reasons
		.toSorted((one, other) => other.points - one.points)
		.slice(0, 2)
		.map(({ code }) => translate(locale, `reason.${code}`));
	const status = statusLines(alert, locale);
	return [
		`**${timestamp(alert.at, 'ShortDateTime')}** · <#${alert.channelId}> · **${heat}** · \`${alert.alertId}\``,
		reasons.join(', '),
		...(status.length > 0 ? status : [translate(locale, 'alert.recent.open')]),
		`-# ${deliveryText(alert, locale)}`,
	].join('\n');
}

/**
 * A page of the alerts of a community, with a menu to open one of them.
 *
 * @param alerts newest first
 * @param wanted counted from 0; beyond the last page it is the last one
 * @param channelName as the menu shows it, which knows no mentions
 */
export function recentView(
	alerts: readonly AlertRecord[],
	wanted: number,
	locale: string,
	channelName: (channelId: string) => string,
): RecentView {
	const shared = { flags: MessageFlags.IsComponentsV2, allowedMentions: { parse: [] as never[] } } as const;
	const text = (content: string) => new TextDisplayBuilder().setContent(content);
	if (alerts.length === 0) return { ...shared, components: [text(translate(locale, 'alert.recent.none'))] };
	const pages = Math.ceil(alerts.length / PER_PAGE);
	const page = Math.min(Math.max(0, wanted), pages - 1);
	const shown = alerts.slice(page * PER_PAGE, (page + 1) * PER_PAGE);
	const menu = new StringSelectMenuBuilder()
		.setCustomId(alertIds.choose)
		.setPlaceholder(translate(locale, 'alert.recent.choose'))
		.setOptions(
			shown.map(({ alertId, at, channelId, score }) => ({
				value: alertId,
				label: `${channelName(channelId)} · ${Math.round(score * 100)} %`.slice(0, MOST_CHARACTERS),
				description: `${formatDate(locale, at)} · ${alertId}`.slice(0, MOST_CHARACTERS),
			})),
		);
	const container = new ContainerBuilder()
		.addTextDisplayComponents(text(`### ${translate(locale, 'alert.recent.title')}`))
		.addTextDisplayComponents(...shown.map((alert) => text(entry(alert, locale))))
		.addActionRowComponents(new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu));
	if (pages > 1) {
		const turn = (to: number, key: 'alert.recent.newer' | 'alert.recent.older') =>
			new ButtonBuilder()
				.setCustomId(alertIds.page(to))
				.setLabel(translate(locale, key))
				.setStyle(ButtonStyle.Secondary)
				.setDisabled(to < 0 || to >= pages);
		container.addActionRowComponents(
			new ActionRowBuilder<ButtonBuilder>().addComponents(
				turn(page - 1, 'alert.recent.newer'),
				turn(page + 1, 'alert.recent.older'),
			),
		);
		const where = translate(locale, 'alert.recent.page', { page: page + 1, pages });
		container.addTextDisplayComponents(text(`-# ${where}`));
	}
	return { ...shared, components: [container] };
}
