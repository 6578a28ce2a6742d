import type {
	ChatInputCommandInteraction,
	LocalizationMap,
	SlashCommandBuilder,
	SlashCommandOptionsOnlyBuilder,
	SlashCommandSubcommandsOnlyBuilder,
} from 'discord.js';
import type { ChartRenderer, Log, MoodStore } from '../../domain/index.ts';
import type { Attendance } from '../attendance/attendance.ts';
import type { ConsentGate } from '../consent-gate.ts';
import { localizations, type MessageKey, translate } from '../i18n/index.ts';
import type { Sessions } from '../sessions.ts';

/** What commands work with. */
export interface CommandServices {
	readonly gate: ConsentGate;
	readonly moods: MoodStore;
	readonly charts: ChartRenderer;
	readonly sessions: Sessions;
	readonly attendance: Attendance;
	readonly retentionDays: number;
	readonly log: Log;
}

/** A slash command that was given in a server. */
export type GuildCommand = ChatInputCommandInteraction<'cached'>;

export type Handler = (interaction: GuildCommand, services: CommandServices) => Promise<void>;

/** One top-level command, as Discord lists it, with a handler for each of its subcommands. */
export interface Command {
	readonly data: SlashCommandBuilder | SlashCommandOptionsOnlyBuilder | SlashCommandSubcommandsOnlyBuilder;
	readonly handlers: Readonly<Record<string, Handler>>;
}

interface Described {
	setDescription(text: string): this;
	setDescriptionLocalizations(texts: LocalizationMap): this;
}

/** Gives a command or an option its description in every language. */
export function describe<T extends Described>(builder: T, key: MessageKey): T {
	return builder.setDescription(translate('en', key)).setDescriptionLocalizations(localizations(key));
}
