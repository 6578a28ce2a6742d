import { MessageFlags, TimestampStyles, time } from 'discord.js';
import type { AuditEntry } from '../../../domain/index.ts';
import { localizations, translate } from '../../i18n/index.ts';
import { changeSettings } from '../../setup/change.ts';
import {
	callsNobody,
	isSetting,
	SETTING,
	SETTINGS,
	type SettingContext,
	type SettingName,
} from '../../setup/settings.ts';
import type { AutocompleteHandler, CommandServices, GuildCommand, Handler } from '../command.ts';

const MOST_CHOICES = 25;
const MOST_ENTRIES = 8;
/** Discord takes 2000 characters in a message; the rest is room for how it counts them. */
const MOST_CHARACTERS = 1900;

/** For the option `setting`. */
export const settingChoices = SETTINGS.map((value) => ({
	value,
	name: translate('en', `setting.${value}`),
	name_localizations: localizations(`setting.${value}`),
}));

const contextOf = ({ guild }: Pick<GuildCommand, 'guild'>, { retentionDays }: CommandServices): SettingContext => ({
	guild,
	retentionDays,
});

const auditLine = ({ at, actor, action, subject, detail }: AuditEntry): string =>
	`${time(Math.round(at / 1000), TimestampStyles.ShortDateTime)} ${/^\d+$/.test(actor) ? `<@${actor}>` : actor} · \`${action}\` ${subject}: ${detail}`;

/** All settings and who changed what of late. */
async function overview({ guildId, locale }: GuildCommand, { audit, community }: CommandServices): Promise<string> {
	const settings = await community.read(guildId);
	const entries = await audit.list(guildId, { from: 0, limit: MOST_ENTRIES });
	const lines = [
		...SETTINGS.map(
			(name) => `**${translate(locale, `setting.${name}`)}** (\`${name}\`): ${SETTING[name].read(settings)}`,
		),
		'',
		`**${translate(locale, 'emotion.config.audit')}**`,
		...(entries.length > 0 ? entries.map(auditLine) : [translate(locale, 'emotion.config.audit.none')]),
	];
	while (lines.join('\n').length > MOST_CHARACTERS) lines.pop();
	return lines.join('\n');
}

/** `/emotion config`: shows all settings, shows one with what it may be, or changes it. */
export const config: Handler = async (interaction, services) => {
	await interaction.deferReply({ flags: MessageFlags.Ephemeral });
	const { guildId, locale, options } = interaction;
	const name = options.getString('setting');
	const value = options.getString('value');
	const content =
		name === null || !isSetting(name)
			? value === null
				? await overview(interaction, services)
				: translate(locale, 'emotion.config.which')
			: value === null
				? translate(locale, 'emotion.config.shown', {
						setting: translate(locale, `setting.${name}`),
						value: SETTING[name].read(await services.community.read(guildId)),
						hint: translate(locale, `setting.${name}.hint`),
					})
				: await change(interaction, services, name, value.trim());
	await interaction.editReply({ content, allowedMentions: { parse: [] } });
};

async function change(
	interaction: GuildCommand,
	services: CommandServices,
	name: SettingName,
	value: string,
): Promise<string> {
	const { guildId, locale, user } = interaction;
	const setting = translate(locale, `setting.${name}`);
	const hint = translate(locale, `setting.${name}.hint`);
	const alter = SETTING[name].parse(value, contextOf(interaction, services));
	if (!alter) return translate(locale, 'emotion.config.invalid', { setting, value: value.slice(0, 100), hint });
	if (callsNobody(alter(await services.community.read(guildId)))) return translate(locale, 'emotion.config.nobody');
	const { after, changed } = await changeSettings(services, { guildId, actor: user.id, action: 'config', alter });
	const [first] = changed;
	return first
		? translate(locale, 'emotion.config.changed', { setting, change: changed.map(({ detail }) => detail).join(', ') })
		: translate(locale, 'emotion.config.same', { setting, value: SETTING[name].read(after) });
}

/** Values of the setting that was chosen. */
export const suggestValues: AutocompleteHandler = async (interaction, services) => {
	const name = interaction.options.getString('setting') ?? '';
	if (!isSetting(name)) return [];
	const typed = interaction.options.getFocused().toLowerCase();
	return SETTING[name]
		.suggest({ guild: interaction.guild, retentionDays: services.retentionDays })
		.filter((choice) => choice.name.toLowerCase().includes(typed))
		.slice(0, MOST_CHOICES);
};
