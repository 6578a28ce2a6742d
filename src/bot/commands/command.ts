import type {
	ApplicationCommandOptionChoiceData,
	AutocompleteInteraction,
	ChatInputCommandInteraction,
	LocalizationMap,
	SlashCommandBuilder,
	SlashCommandOptionsOnlyBuilder,
	SlashCommandSubcommandsOnlyBuilder,
} from 'discord.js';
import type { AlertStore, AuditStore, ChartRenderer, Log, MoodStore } from '../../domain/index.ts';
import type { AlertDesk } from '../alerts/index.ts';
import type { Attendance } from '../attendance/attendance.ts';
import type { ConsentGate } from '../consent-gate.ts';
import { localizations, type MessageKey, translate } from '../i18n/index.ts';
import { commandNames } from '../i18n/names.ts';
import type { SlowModes } from '../moderation/slow-modes.ts';
import type { Sessions } from '../sessions.ts';
import type { CommunitySettings } from '../setup/community-settings.ts';

/** How a part of the program is. */
export interface Diagnosis {
	readonly part: 'model' | 'store' | 'queue';
	readonly ok: boolean;
	/** For whoever runs it, in English. */
	readonly detail: string;
}

/** What commands work with. */
export interface CommandServices {
	readonly gate: ConsentGate;
	readonly moods: MoodStore;
	readonly alerts: AlertStore;
	readonly audit: AuditStore;
	readonly charts: ChartRenderer;
	readonly sessions: Sessions;
	readonly attendance: Attendance;
	readonly community: CommunitySettings;
	readonly alertDesk: AlertDesk;
	readonly slowModes: SlowModes;
	readonly retentionDays: number;
	/** Looks at what the program needs besides Discord. */
	diagnose(): Promise<readonly Diagnosis[]>;
	readonly log: Log;
}

/** A slash command that was given in a server. */
export type GuildCommand = ChatInputCommandInteraction<'cached'>;

export type Handler = (interaction: GuildCommand, services: CommandServices) => Promise<void>;

/** Offers at most 25 values for what has been typed. */
export type AutocompleteHandler = (
	interaction: AutocompleteInteraction<'cached'>,
	services: CommandServices,
) => Promise<ApplicationCommandOptionChoiceData[]>;

/** One top-level command, as Discord lists it, with a handler for each of its subcommands. */
export interface Command {
	readonly data: SlashCommandBuilder | SlashCommandOptionsOnlyBuilder | SlashCommandSubcommandsOnlyBuilder;
	readonly handlers: Readonly<Record<string, Handler>>;
	/** By subcommand and option, for example `trend timezone`. */
	readonly autocomplete?: Readonly<Record<string, AutocompleteHandler>>;
}

interface Described {
	setNameLocalizations(names: LocalizationMap): this;
	setDescription(text: string): this;
	setDescriptionLocalizations(texts: LocalizationMap): this;
}

/** Gives a command or an option its description in every language, and its name where others have one for it. */
export function describe<T extends Described>(builder: T, key: MessageKey): T {
	const names = commandNames(key);
	if (names) builder.setNameLocalizations(names);
	return builder.setDescription(translate('en', key)).setDescriptionLocalizations(localizations(key));
}
