import type { SlashCommandStringOption } from 'discord.js';
import type { ChartedMood, MoodEntry, MoodQuery } from '../../../domain/index.ts';
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

type Asker = Pick<GuildCommand, 'guildId' | 'user'>;
type Kept = Pick<CommandServices, 'moods'>;

function queryOf({ guildId, user }: Asker, lastMs: number): MoodQuery {
	const to = Date.now() + 1;
	return { guildId, userId: user.id, from: to - lastMs, to };
}

/** What is kept of the asker's own voice here, oldest first. */
export const ownEntries = (asker: Asker, { moods }: Kept, lastMs: number): Promise<MoodEntry[]> =>
	moods.list(queryOf(asker, lastMs));

/** The same, as much of it as a chart shows. */
export function ownChart(asker: Asker, { moods }: Kept, lastMs: number): Promise<ChartedMood[]> {
	const query = queryOf(asker, lastMs);
	return moods.listForChart?.(query) ?? moods.list(query);
}
