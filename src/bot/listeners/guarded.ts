import { DiscordAPIError, MessageFlags, RESTJSONErrorCodes, type RepliableInteraction } from 'discord.js';
import type { Log } from '../../domain/index.ts';
import { translate } from '../i18n/index.ts';

/** Discord no longer takes an answer: it came too late, or there is one already. */
const OVER: ReadonlySet<number | string> = new Set([
	RESTJSONErrorCodes.UnknownInteraction,
	RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
	RESTJSONErrorCodes.InvalidWebhookToken,
	RESTJSONErrorCodes.UnknownWebhook,
]);

/** Runs what an interaction asks for; an error in it ends with an answer, never with the process. */
export async function guarded(interaction: RepliableInteraction, log: Log, task: () => Promise<void>): Promise<void> {
	try {
		await task();
	} catch (error) {
		if (error instanceof DiscordAPIError && OVER.has(error.code)) {
			log.warn({ code: error.code, interaction: interaction.type }, 'interaction had expired');
			return;
		}
		log.error({ error, interaction: interaction.type }, 'interaction failed');
		await apologize(interaction).catch((failure: unknown) =>
			log.warn({ error: failure }, 'interaction could not be answered'),
		);
	}
}

async function apologize(interaction: RepliableInteraction): Promise<void> {
	const content = translate(interaction.locale, 'error.unexpected');
	if (interaction.deferred || interaction.replied) {
		// What a button deferred may be the message of many; they keep it, and the one who pressed is told.
		await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
	} else await interaction.reply({ content, flags: MessageFlags.Ephemeral });
}
