import { ActionRowBuilder, ButtonBuilder, ButtonStyle, EmbedBuilder, type MessageCreateOptions } from 'discord.js';
import { translate } from '../i18n/index.ts';

/** Stable ids: a button of an old message works after a restart. */
export const CONSENT_BUTTONS = { give: 'ses:consent:give', withdraw: 'ses:consent:withdraw' } as const;

/** What members read before they are heard, with the buttons to agree and to withdraw. */
export function noticeMessage(locale: string): MessageCreateOptions {
	const buttons = new ActionRowBuilder<ButtonBuilder>().addComponents(
		new ButtonBuilder()
			.setCustomId(CONSENT_BUTTONS.give)
			.setLabel(translate(locale, 'notice.give'))
			.setStyle(ButtonStyle.Success),
		new ButtonBuilder()
			.setCustomId(CONSENT_BUTTONS.withdraw)
			.setLabel(translate(locale, 'notice.withdraw'))
			.setStyle(ButtonStyle.Secondary),
	);
	const embed = new EmbedBuilder()
		.setTitle(translate(locale, 'notice.title'))
		.setDescription(`${translate(locale, 'notice.body')}\n\n${translate(locale, 'notice.how')}`)
		.setColor(0x3b82f6);
	return { embeds: [embed], components: [buttons] };
}
