import {
	LabelBuilder,
	MessageFlags,
	ModalBuilder,
	type RepliableInteraction,
	TextInputBuilder,
	TextInputStyle,
} from 'discord.js';
import { translate } from '../i18n/index.ts';
import type { AlertActions } from './actions.ts';
import { alertIds, REASON_FIELD, REASON_LENGTH } from './ids.ts';

/** Discord takes 2000 characters; so many mentions leave room for the rest of the text. */
const MOST_MENTIONS = 60;

/** Asks for a reason before anybody is named. */
export function reasonForm(alertId: string, locale: string): ModalBuilder {
	const field = new TextInputBuilder()
		.setCustomId(REASON_FIELD)
		.setStyle(TextInputStyle.Paragraph)
		.setMinLength(REASON_LENGTH.min)
		.setMaxLength(REASON_LENGTH.max)
		.setRequired(true);
	const label = new LabelBuilder()
		.setLabel(translate(locale, 'alert.reveal.label'))
		.setDescription(translate(locale, 'alert.reveal.hint'))
		.setTextInputComponent(field);
	return new ModalBuilder()
		.setCustomId(alertIds.reason(alertId))
		.setTitle(translate(locale, 'alert.reveal.title'))
		.addLabelComponents(label);
}

/** Names the speakers to the one who asks, once the audit log has who asks and why. */
export async function reveal(
	interaction: RepliableInteraction<'cached'>,
	actions: AlertActions,
	alertId: string,
	given: string,
): Promise<void> {
	const { guildId, locale, user } = interaction;
	const reason = given.trim();
	await interaction.deferReply({ flags: MessageFlags.Ephemeral });
	const answer = (content: string) => interaction.editReply({ content, allowedMentions: { parse: [] } });
	// Spaces fill a field, and are no reason.
	if (reason.length < REASON_LENGTH.min) {
		await answer(translate(locale, 'alert.reveal.short', { count: REASON_LENGTH.min }));
		return;
	}
	const speakers = await actions.reveal({ guildId, userId: user.id }, alertId, reason);
	if (!speakers) await answer(translate(locale, 'alert.unknown', { id: alertId }));
	else if (speakers.length === 0) await answer(translate(locale, 'alert.reveal.none'));
	else {
		const members = speakers
			.slice(0, MOST_MENTIONS)
			.map((id) => `<@${id}>`)
			.join(', ');
		await answer(translate(locale, 'alert.reveal.done', { members }));
	}
}
