import { type Interaction, MessageFlags } from 'discord.js';
import { COMMANDS, type CommandServices } from '../commands/index.ts';
import { translate } from '../i18n/index.ts';
import { guarded } from './guarded.ts';

/** Routes slash commands. */
export function onCommand(services: CommandServices) {
	return async (interaction: Interaction): Promise<void> => {
		if (!interaction.isChatInputCommand()) return;
		const command = COMMANDS.find(({ data }) => data.name === interaction.commandName);
		// In a client that others use as well, their commands are theirs to answer.
		if (!command) return;
		if (!interaction.inCachedGuild()) {
			// Invited without the bot's account, or during an outage: there is no server to act in.
			const content = translate(interaction.locale, 'error.unknown-guild');
			await guarded(interaction, services.log, async () => {
				await interaction.reply({ content, flags: MessageFlags.Ephemeral });
			});
			return;
		}
		// One that an earlier version registered may have no subcommand, or one that is gone.
		await guarded(interaction, services.log, async () => {
			await command.handlers[interaction.options.getSubcommand()]?.(interaction, services);
		});
	};
}
