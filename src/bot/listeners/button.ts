import { type Interaction, MessageFlags } from 'discord.js';
import { giveConsent, withdrawConsent } from '../commands/consent.ts';
import type { CommandServices } from '../commands/index.ts';
import { CONSENT_BUTTONS } from '../notice/index.ts';
import { guarded } from './guarded.ts';

/** Routes the buttons of the notice. */
export function onButton({ gate, log }: Pick<CommandServices, 'gate' | 'log'>) {
	return async (interaction: Interaction): Promise<void> => {
		if (!interaction.inCachedGuild() || !interaction.isButton()) return;
		const { guildId, user, locale, customId } = interaction;
		const flags = MessageFlags.Ephemeral;
		await guarded(interaction, log, async () => {
			if (customId === CONSENT_BUTTONS.give) {
				await interaction.reply({ content: await giveConsent(gate, guildId, user.id, locale), flags });
			} else if (customId === CONSENT_BUTTONS.withdraw) {
				const done = withdrawConsent(gate, guildId, user.id, locale);
				done.catch(() => {});
				await interaction.deferReply({ flags });
				await interaction.editReply(await done);
			}
		});
	};
}
