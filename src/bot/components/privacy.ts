import { type EraseAction, erase, PRIVACY_COMPONENTS } from '../commands/privacy/erase.ts';
import type { ComponentHandler } from './component.ts';

const ACTIONS: readonly string[] = ['erase', 'withdraw', 'keep'] satisfies EraseAction[];

/** The buttons of `/privacy erase`: each deletes what is kept of the one who presses it. */
export const privacyButtons: ComponentHandler = {
	prefix: PRIVACY_COMPONENTS,
	run: async (interaction, [action = ''], services) => {
		if (!interaction.isButton() || !ACTIONS.includes(action)) return;
		// What is under way ends before anything else; deleting may take longer than Discord waits.
		const done = erase(action as EraseAction, interaction, services);
		done.catch(() => {});
		await interaction.deferUpdate();
		await interaction.editReply(await done);
	},
};
