import { InteractionContextType, MessageFlags, SlashCommandBuilder } from 'discord.js';
import type { ConsentRecord } from '../../domain/index.ts';
import type { ConsentGate } from '../consent-gate.ts';
import { formatDate, translate } from '../i18n/index.ts';
import { type Command, describe } from './command.ts';

/** All that identifies a decision: what was agreed to, when, and its number. */
const receiptOf = ({ givenAt, version, receipt }: ConsentRecord, locale: string) => ({
	date: formatDate(locale, givenAt),
	version,
	receipt,
});

/** Gives consent and says so, in the member's language. Shared by the command and the button. */
export async function giveConsent(gate: ConsentGate, guildId: string, userId: string, locale: string): Promise<string> {
	const record = await gate.give(guildId, userId);
	return translate(locale, 'consent.given', receiptOf(record, locale));
}

/** Withdraws consent, deletes, and says so. */
export async function withdrawConsent(
	gate: ConsentGate,
	guildId: string,
	userId: string,
	locale: string,
): Promise<string> {
	const count = await gate.withdraw(guildId, userId);
	return count === undefined ? translate(locale, 'consent.nothing') : translate(locale, 'consent.withdrawn', { count });
}

export const consentCommand: Command = {
	data: describe(new SlashCommandBuilder().setName('consent'), 'command.consent')
		.setContexts(InteractionContextType.Guild)
		.addSubcommand((give) => describe(give.setName('give'), 'command.consent.give'))
		.addSubcommand((withdraw) => describe(withdraw.setName('withdraw'), 'command.consent.withdraw'))
		.addSubcommand((receipt) => describe(receipt.setName('receipt'), 'command.consent.receipt')),
	handlers: {
		give: async (interaction, { gate }) => {
			const content = await giveConsent(gate, interaction.guildId, interaction.user.id, interaction.locale);
			await interaction.reply({ content, flags: MessageFlags.Ephemeral });
		},
		withdraw: async (interaction, { gate }) => {
			// Listening ends before anything else; deleting may take longer than Discord waits for an answer.
			const done = withdrawConsent(gate, interaction.guildId, interaction.user.id, interaction.locale);
			done.catch(() => {});
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			await interaction.editReply(await done);
		},
		receipt: async (interaction, { gate }) => {
			const { locale } = interaction;
			const record = await gate.receipt(interaction.guildId, interaction.user.id);
			const content = record
				? [
						translate(locale, 'consent.receipt', receiptOf(record, locale)),
						`> **${translate(locale, 'notice.title')}**`,
						`> ${translate(locale, 'notice.body')}`,
					].join('\n')
				: translate(locale, 'consent.receipt.none');
			await interaction.reply({ content, flags: MessageFlags.Ephemeral });
		},
	},
};
