import type { Interaction } from 'discord.js';
import { COMMANDS, type CommandServices } from '../commands/index.ts';

/** Offers values for an option while it is being typed. Where that fails there are none: no message can be sent here. */
export function onAutocomplete(services: CommandServices) {
	return async (interaction: Interaction): Promise<void> => {
		if (!interaction.inCachedGuild() || !interaction.isAutocomplete()) return;
		const { commandName, options } = interaction;
		const command = COMMANDS.find(({ data }) => data.name === commandName);
		const suggest = command?.autocomplete?.[`${options.getSubcommand(false)} ${options.getFocused(true).name}`];
		try {
			await interaction.respond(suggest ? await suggest(interaction, services) : []);
		} catch (error) {
			services.log.warn({ error }, 'values could not be suggested');
			if (!interaction.responded) await interaction.respond([]).catch(() => {});
		}
	};
}
