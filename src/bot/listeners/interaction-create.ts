import { type Interaction, MessageFlags, type RepliableInteraction } from 'discord.js';
import { giveConsent, withdrawConsent } from '../commands/consent.ts';
import { COMMANDS, type CommandServices } from '../commands/index.ts';
import { translate } from '../i18n/index.ts';
import { CONSENT_BUTTONS } from '../notice.ts';

/** Routes slash commands and buttons; an error in one of them ends with an answer, never with the process. */
export function onInteraction(services: CommandServices) {
	return async (interaction: Interaction): Promise<void> => {
		if (!interaction.inCachedGuild() || !interaction.isRepliable()) return;
		try {
			if (interaction.isChatInputCommand()) {
				const command = COMMANDS.find(({ data }) => data.name === interaction.commandName);
				const handler = command?.handlers[interaction.options.getSubcommand()];
				await handler?.(interaction, services);
			} else if (interaction.isButton()) {
				const { guildId, user, locale, customId } = interaction;
				const flags = MessageFlags.Ephemeral;
				if (customId === CONSENT_BUTTONS.give) {
					await interaction.reply({ content: await giveConsent(services.gate, guildId, user.id, locale), flags });
				} else if (customId === CONSENT_BUTTONS.withdraw) {
					const done = withdrawConsent(services.gate, guildId, user.id, locale);
					done.catch(() => {});
					await interaction.deferReply({ flags });
					await interaction.editReply(await done);
				}
			}
		} catch (error) {
			services.log.error({ error, interaction: interaction.type }, 'interaction failed');
			await apologize(interaction).catch((failure: unknown) =>
				services.log.warn({ error: failure }, 'interaction could not be answered'),
			);
		}
	};
}

async function apologize(interaction: RepliableInteraction): Promise<void> {
	const content = translate(interaction.locale, 'error.unexpected');
	if (interaction.deferred || interaction.replied) await interaction.editReply(content);
	else await interaction.reply({ content, flags: MessageFlags.Ephemeral });
}
