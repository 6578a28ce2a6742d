import type { Interaction } from 'discord.js';
import { COMMANDS, type CommandServices } from '../commands/index.ts';
import { OURS } from '../components/component.ts';
import { onAutocomplete } from './autocomplete.ts';
import { onCommand } from './command.ts';
import { onComponent } from './component.ts';

/** A button, a menu or a form of ours. */
export const isOurComponent = (interaction: Interaction): boolean =>
	(interaction.isMessageComponent() || interaction.isModalSubmit()) && interaction.customId.startsWith(OURS);

/** One of our commands, or an option of it that is being typed. */
const isOurCommand = (interaction: Interaction): boolean =>
	(interaction.isChatInputCommand() || interaction.isAutocomplete()) &&
	COMMANDS.some(({ data }) => data.name === interaction.commandName);

/**
 * Answers to an interaction if it is ours, once however often it is handed in.
 *
 * @returns whether it is; what belongs to others in a client that they use as well is theirs to answer
 */
export function onInteraction(services: CommandServices) {
	const [component, ...ofCommands] = [onComponent(services), onCommand(services), onAutocomplete(services)] as const;
	const answers = new WeakMap<Interaction, Promise<unknown>>();
	return async (interaction: Interaction): Promise<boolean> => {
		const listeners = isOurComponent(interaction) ? [component] : isOurCommand(interaction) ? ofCommands : [];
		if (listeners.length === 0) return false;
		const answer = answers.get(interaction) ?? Promise.all(listeners.map((listener) => listener(interaction)));
		answers.set(interaction, answer);
		await answer;
		return true;
	};
}
