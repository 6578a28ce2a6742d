import { MessageFlags } from 'discord.js';
import { translate } from '../../i18n/index.ts';
import { changeSettings } from '../../setup/change.ts';
import { put } from '../../setup/settings.ts';
import type { Handler } from '../command.ts';

/** `/emotion pause`: leaves, and nobody is heard until it is resumed. */
export const pause: Handler = async (interaction, services) => {
	await interaction.deferReply({ flags: MessageFlags.Ephemeral });
	const { guildId, locale, user } = interaction;
	const wasPaused = (await services.community.read(guildId)).paused === true;
	await changeSettings(services, {
		guildId,
		actor: user.id,
		action: 'pause',
		alter: (before) => ({ ...before, paused: true }),
	});
	// Waits until it has left everywhere.
	await services.sessions.leave(guildId);
	await interaction.editReply(translate(locale, wasPaused ? 'emotion.pause.already' : 'emotion.pause.done'));
};

/** `/emotion resume` */
export const resume: Handler = async (interaction, services) => {
	await interaction.deferReply({ flags: MessageFlags.Ephemeral });
	const { guildId, locale, user } = interaction;
	const wasPaused = (await services.community.read(guildId)).paused === true;
	if (!services.community.isAttested(guildId)) {
		await interaction.editReply(translate(locale, 'emotion.join.not-attested'));
		return;
	}
	await changeSettings(services, {
		guildId,
		actor: user.id,
		action: 'resume',
		alter: (before) => put(before, 'paused', undefined),
	});
	await interaction.editReply(translate(locale, wasPaused ? 'emotion.resume.done' : 'emotion.resume.already'));
};
