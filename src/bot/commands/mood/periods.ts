import type { SlashCommandStringOption } from 'discord.js';
import type { MoodEntry } from '../../../domain/index.ts';
import { localizations, type MessageKey, translate } from '../../i18n/index.ts';
import { type CommandServices, describe, type GuildCommand } from '../command.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
export const PERIODS = { today: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;
export type Period = keyof typeof PERIODS;
export type Theme = 'dark' | 'light';

const choice = <T extends string>(value: T, key: MessageKey) => ({
	value,
	name: translate('en', key),
	name_localizations: localizations(key),
});

export const periodOption =
	(...periods: readonly Period[]) =>
	(option: SlashCommandStringOption): SlashCommandStringOption =>
		describe(option.setName('period'), 'command.mood.period').setChoices(
			periods.map((period) => choice(period, `mood.period.${period}`)),
		);

export const themeOption = (option: SlashCommandStringOption): SlashCommandStringOption =>
	describe(option.setName('theme'), 'command.mood.theme').setChoices(
		(['dark', 'light'] as const).map((theme) => choice(theme, `mood.theme.${theme}`)),
	);

export const periodOf = ({ options }: GuildCommand, otherwise: Period): Period =>
	(options.getString('period') ?? otherwise) as Period;

export const themeOf = ({ options }: GuildCommand): Theme => (options.getString('theme') ?? 'dark') as Theme;

/** What is kept of the asker's own voice here, oldest first. */
export function ownEntries(
	{ guildId, user }: Pick<GuildCommand, 'guildId' | 'user'>,
	{ moods }: Pick<CommandServices, 'moods'>,
	lastMs: number,
): Promise<MoodEntry[]> {
	const to = Date.now() + 1;
	return moods.list({ guildId, userId: user.id, from: to - lastMs, to });
}
