import { MessageFlags } from 'discord.js';
import { giveConsent, withdrawConsent } from '../commands/consent.ts';
import type { ComponentHandler } from './component.ts';

const flags = MessageFlags.Ephemeral;

/** The buttons of the notice, which everybody may press: each answers for the one who does. */
export const consentButtons: ComponentHandler = {
	prefix: 'ses:consent',
	run: async (interaction, [action], { gate }) => {
		const { guildId, user, locale } = interaction;
		if (action === 'give') {
			await interaction.reply({ content: await giveConsent(gate, guildId, user.id, locale), flags });
		} else if (action === 'withdraw') {
			// Listening ends before anything else; deleting may take longer than Discord waits for an answer.
			const done = withdrawConsent(gate, guildId, user.id, locale);
			done.catch(() => {});
			await interaction.deferReply({ flags });
			await interaction.editReply(await done);
		}
	},
};
