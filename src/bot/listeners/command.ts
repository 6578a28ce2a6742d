import type { Interaction } from 'discord.js';
import { COMMANDS, type CommandServices } from '../commands/index.ts';
import { guarded } from './guarded.ts';

/** Routes slash commands. */
export function onCommand(services: CommandServices) {
	return async (interaction: Interaction): Promise<void> => {
		if (!interaction.inCachedGuild() || !interaction.isChatInputCommand()) return;
		const command = COMMANDS.find(({ data }) => data.name === interaction.commandName);
		const handler = command?.handlers[interaction.options.getSubcommand()];
		await guarded(interaction, services.log, async () => handler?.(interaction, services));
	};
}
