import { contest, isLabel, labelMenu, MOOD_COMPONENTS } from '../commands/mood/contest.ts';
import type { ComponentHandler } from './component.ts';

/** The menus and the button of `/mood contest`: each answers for the one who uses it, about their own voice. */
export const moodComponents: ComponentHandler = {
	prefix: MOOD_COMPONENTS,
	run: async (interaction, [action, utteranceId], services) => {
		if (!interaction.isMessageComponent()) return;
		const [chosen] = interaction.isStringSelectMenu() ? interaction.values : [];
		await interaction.deferUpdate();
		if (action === 'pick' && chosen !== undefined) {
			await interaction.editReply(await labelMenu(interaction, services, chosen));
		} else if (action === 'label' && utteranceId !== undefined && isLabel(chosen)) {
			await interaction.editReply(await contest(interaction, services, utteranceId, chosen));
		} else if (action === 'undo' && utteranceId !== undefined) {
			await interaction.editReply(await contest(interaction, services, utteranceId, undefined));
		}
	},
};
