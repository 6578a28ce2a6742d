import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AttachmentBuilder, InteractionContextType, MessageFlags, SlashCommandBuilder } from 'discord.js';
import type { ConsentRecord, MoodEntry } from '../../domain/index.ts';
import { formatDate, translate } from '../i18n/index.ts';
import { type Command, type CommandServices, describe, type GuildCommand } from './command.ts';

const everything = (interaction: GuildCommand, { moods }: CommandServices): Promise<MoodEntry[]> =>
	moods.list({
		guildId: interaction.guildId,
		userId: interaction.user.id,
		from: 0,
		to: Number.MAX_SAFE_INTEGER,
	});

/** A text of up to this size is handed out as it is, since anything opens it. */
const PLAIN_BYTES = 1024 * 1024;
/** Discord takes 10 MiB a file. An entry is some 180 bytes once compressed, so that this many stay well below. */
const ENTRIES_PER_FILE = 40_000;
const compress = promisify(gzip);

/** All that is kept of a member, in as many files as it takes; each is JSON, compressed when it is large. */
export async function exportFiles(
	consent: ConsentRecord | undefined,
	entries: readonly MoodEntry[],
): Promise<AttachmentBuilder[]> {
	const parts = Math.max(1, Math.ceil(entries.length / ENTRIES_PER_FILE));
	const files: AttachmentBuilder[] = [];
	for (let part = 0; part < parts; part++) {
		const some = entries.slice(part * ENTRIES_PER_FILE, (part + 1) * ENTRIES_PER_FILE);
		const json = Buffer.from(JSON.stringify({ consent: consent ?? null, entries: some }));
		const name = `speech-emotion-sense${parts > 1 ? `-${part + 1}-of-${parts}` : ''}.json`;
		files.push(
			json.length <= PLAIN_BYTES
				? new AttachmentBuilder(json, { name })
				: new AttachmentBuilder(await compress(json), { name: `${name}.gz` }),
		);
	}
	return files;
}

export const privacyCommand: Command = {
	data: describe(new SlashCommandBuilder().setName('privacy'), 'command.privacy')
		.setContexts(InteractionContextType.Guild)
		.addSubcommand((what) => describe(what.setName('what'), 'command.privacy.what'))
		.addSubcommand((take) => describe(take.setName('export'), 'command.privacy.export'))
		.addSubcommand((erase) => describe(erase.setName('erase'), 'command.privacy.erase')),
	handlers: {
		what: async (interaction, services) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const entries = await everything(interaction, services);
			const oldest = entries[0];
			await interaction.editReply(
				oldest
					? translate(interaction.locale, 'privacy.what', {
							count: entries.length,
							oldest: formatDate(interaction.locale, oldest.at),
							days: services.retentionDays,
						})
					: translate(interaction.locale, 'privacy.none'),
			);
		},
		export: async (interaction, services) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const entries = await everything(interaction, services);
			const consent = await services.gate.receipt(interaction.guildId, interaction.user.id);
			const [first, ...more] = (await exportFiles(consent, entries)) as [AttachmentBuilder, ...AttachmentBuilder[]];
			await interaction.editReply({
				content: translate(interaction.locale, 'privacy.export', { count: entries.length }),
				files: [first],
			});
			for (const file of more) await interaction.followUp({ files: [file], flags: MessageFlags.Ephemeral });
		},
		erase: async (interaction, services) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const count = await services.gate.erase(interaction.guildId, interaction.user.id);
			await interaction.editReply(translate(interaction.locale, 'privacy.erased', { count }));
		},
	},
};
