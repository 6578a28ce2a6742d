import { type Interaction, MessageFlags } from 'discord.js';
import type { CommandServices } from '../commands/index.ts';
import { findHandler, OURS } from '../components/component.ts';
import { COMPONENTS } from '../components/index.ts';
import { translate } from '../i18n/index.ts';
import { guarded } from './guarded.ts';

/** Routes buttons, menus and forms by their custom ids, to those who may use them. */
export function onComponent(services: CommandServices, handlers = COMPONENTS) {
	return async (interaction: Interaction): Promise<void> => {
		if (!interaction.inCachedGuild()) return;
		if (!interaction.isMessageComponent() && !interaction.isModalSubmit()) return;
		const { customId, locale, memberPermissions } = interaction;
		// In a client that others use as well, their components are theirs to answer.
		if (!customId.startsWith(OURS)) return;
		await guarded(interaction, services.log, async () => {
			const found = findHandler(handlers, customId);
			const permissions = found?.handler.permissions;
			const may = permissions === undefined || memberPermissions.any(permissions);
			if (found && may) {
				await found.handler.run(interaction, found.args, services);
				return;
			}
			// Nobody answers to what an earlier version posted, or may use it no longer.
			const content = translate(locale, found ? 'component.forbidden' : 'component.gone');
			await interaction.reply({ content, flags: MessageFlags.Ephemeral });
		});
	};
}
