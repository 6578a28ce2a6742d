import type { Interaction } from 'discord.js';
import { COMMANDS, type CommandServices } from '../commands/index.ts';
import { guarded } from './guarded.ts';

/** Routes slash commands. */
export function onCommand(services: CommandServices) {
	return async (interaction: Interaction): Promise<void> => {
		if (!interaction.inCachedGuild() || !interaction.isChatInputCommand()) return;
		const command = COMMANDS.find(({ data }) => data.name === interaction.commandName);
		// One that an earlier version registered may have no subcommand, or one that is gone.
		await guarded(interaction, services.log, async () => {
			await command?.handlers[interaction.options.getSubcommand()]?.(interaction, services);
		});
	};
}
