import { MessageFlags, type RepliableInteraction } from 'discord.js';
import type { Log } from '../../domain/index.ts';
import { translate } from '../i18n/index.ts';

/** Runs what an interaction asks for; an error in it ends with an answer, never with the process. */
export async function guarded(interaction: RepliableInteraction, log: Log, task: () => Promise<void>): Promise<void> {
	try {
		await task();
	} catch (error) {
		log.error({ error, interaction: interaction.type }, 'interaction failed');
		await apologize(interaction).catch((failure: unknown) =>
			log.warn({ error: failure }, 'interaction could not be answered'),
		);
	}
}

async function apologize(interaction: RepliableInteraction): Promise<void> {
	const content = translate(interaction.locale, 'error.unexpected');
	if (interaction.deferred || interaction.replied) await interaction.editReply(content);
	else await interaction.reply({ content, flags: MessageFlags.Ephemeral });
}
