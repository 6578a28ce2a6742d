import { ActionRowBuilder, ButtonBuilder, ButtonStyle } from 'discord.js';
import { customId } from '../../components/component.ts';
import { translate } from '../../i18n/index.ts';
import type { CommandServices, GuildCommand } from '../command.ts';

/** Custom ids: `ses:privacy:erase`, `ses:privacy:withdraw`, `ses:privacy:keep`. */
export const PRIVACY_COMPONENTS = 'ses:privacy';

export interface ErasureView {
	readonly content: string;
	readonly components: ActionRowBuilder<ButtonBuilder>[];
}

const button = (action: EraseAction, style: ButtonStyle, label: string): ButtonBuilder =>
	new ButtonBuilder().setCustomId(customId(PRIVACY_COMPONENTS, action)).setStyle(style).setLabel(label);

/** What the buttons do: delete, delete and be heard no longer, or nothing. */
export type EraseAction = 'erase' | 'withdraw' | 'keep';

/** Asks once more before anything is deleted. */
export function eraseQuestion(locale: string, count: number): ErasureView {
	const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
		button('erase', ButtonStyle.Danger, translate(locale, 'privacy.erase.yes')),
		button('withdraw', ButtonStyle.Danger, translate(locale, 'privacy.erase.withdraw')),
		button('keep', ButtonStyle.Secondary, translate(locale, 'privacy.erase.no')),
	);
	return { content: translate(locale, 'privacy.erase.ask', { count }), components: [row] };
}

/** Deletes, and says what is gone and what remains. */
export async function erase(
	action: EraseAction,
	{ guildId, user, locale }: Pick<GuildCommand, 'guildId' | 'user' | 'locale'>,
	{ gate }: Pick<CommandServices, 'gate'>,
): Promise<ErasureView> {
	if (action === 'keep') return { content: translate(locale, 'privacy.erase.kept'), components: [] };
	// In this order: what there was is counted, and from now on the member is not heard.
	const [erased, withdrawn] = await Promise.all([
		gate.erase(guildId, user.id),
		action === 'withdraw' ? gate.withdraw(guildId, user.id) : undefined,
	]);
	const done = gate.mayHear(guildId, user.id) ? 'privacy.erased' : 'consent.withdrawn';
	const count = erased + (withdrawn ?? 0);
	const content = [translate(locale, done, { count }), translate(locale, 'privacy.remains')].join('\n');
	return { content, components: [] };
}
