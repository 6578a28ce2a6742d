import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import { z } from 'zod';
import type { EventLog, RegisteredCommand } from '../events.ts';
import type { World } from '../model/index.ts';

const CHAT_INPUT_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

const localizations = z.record(z.string(), z.string().nullable()).nullish();
const chatName = z
	.string()
	.regex(CHAT_INPUT_NAME, 'Application command name is invalid')
	.refine((name) => name === name.toLowerCase(), 'Application command name is invalid');
const description = z.string().min(1).max(100);

const choice = z.looseObject({
	name: z.string().min(1).max(100),
	value: z.union([z.string().max(100), z.number()]),
	name_localizations: localizations,
});

export interface CommandOption {
	type: ApplicationCommandOptionType;
	name: string;
	description: string;
	required?: boolean | null | undefined;
	choices?: z.output<typeof choice>[] | null | undefined;
	options?: CommandOption[] | null | undefined;
	min_value?: number | null | undefined;
	max_value?: number | null | undefined;
	min_length?: number | null | undefined;
	max_length?: number | null | undefined;
	autocomplete?: boolean | null | undefined;
}

const commandOption: z.ZodType<CommandOption> = z.lazy(() =>
	z.looseObject({
		type: z.enum(ApplicationCommandOptionType),
		name: chatName,
		name_localizations: localizations,
		description,
		description_localizations: localizations,
		required: z.boolean().nullish(),
		choices: z.array(choice).max(25).nullish(),
		options: z.array(commandOption).max(25).nullish(),
		min_value: z.number().nullish(),
		max_value: z.number().nullish(),
		min_length: z.int().min(0).max(6000).nullish(),
		max_length: z.int().min(1).max(6000).nullish(),
		autocomplete: z.boolean().nullish(),
	}),
);

/** One command as Discord accepts it ("Application Command Structure"). */
export const commandBody = z
	.looseObject({
		type: z.enum(ApplicationCommandType).default(ApplicationCommandType.ChatInput),
		name: z.string().min(1).max(32),
		name_localizations: localizations,
		description: z.string().max(100).default(''),
		description_localizations: localizations,
		options: z.array(commandOption).max(25).nullish(),
		default_member_permissions: z.string().regex(/^\d+$/).nullish(),
		nsfw: z.boolean().nullish(),
	})
	.superRefine((command, context) => {
		if (command.type !== ApplicationCommandType.ChatInput) return;
		const name = chatName.safeParse(command.name);
		if (!name.success)
			context.addIssue({ code: 'custom', path: ['name'], message: 'Application command name is invalid' });
		if (!description.safeParse(command.description).success) {
			context.addIssue({ code: 'custom', path: ['description'], message: 'Must be between 1 and 100 in length.' });
		}
		refuseDisorder(command.options ?? [], context, ['options']);
	});

export const commandsBody = z
	.array(commandBody)
	.max(110)
	.refine((commands) => new Set(commands.map(({ name, type }) => `${type}/${name}`)).size === commands.length, {
		error: 'Application command names must be unique',
	});

export type CommandBody = z.output<typeof commandBody>;
export type StoredCommand = CommandBody & RegisteredCommand;

function refuseDisorder(options: readonly CommandOption[], context: z.RefinementCtx, path: PropertyKey[]): void {
	const names = new Set<string>();
	let sawOptional = false;
	for (const [index, option] of options.entries()) {
		const here = [...path, index];
		const fault = (message: string) => context.addIssue({ code: 'custom', path: here, message });
		if (names.has(option.name)) fault('Application command option names must be unique');
		names.add(option.name);
		if (option.autocomplete && option.choices?.length) fault('Options with choices cannot have autocomplete');
		if (option.required && sawOptional) fault('Required options must be placed before non-required options');
		sawOptional ||= !option.required && option.type > ApplicationCommandOptionType.SubcommandGroup;
		refuseDisorder(option.options ?? [], context, [...here, 'options']);
	}
}

/** The slash commands of all applications, global and by server. */
export class CommandRegistry {
	readonly #world: World;
	readonly #events: EventLog;
	/** `application/guild or empty` → name → command. */
	readonly #scopes = new Map<string, Map<string, StoredCommand>>();

	constructor(world: World, events: EventLog) {
		this.#world = world;
		this.#events = events;
	}

	list(applicationId: string, guildId: string | null): StoredCommand[] {
		return [...this.#scope(applicationId, guildId).values()];
	}

	get(applicationId: string, guildId: string | null, commandId: string): StoredCommand | undefined {
		return this.list(applicationId, guildId).find(({ id }) => id === commandId);
	}

	/** Replaces all commands of the scope; those whose name stays keep their id. */
	replace(applicationId: string, guildId: string | null, bodies: readonly CommandBody[]): StoredCommand[] {
		const scope = this.#scope(applicationId, guildId);
		const stored = bodies.map((body) => this.#store(applicationId, guildId, body, scope.get(body.name)?.id));
		scope.clear();
		for (const command of stored) scope.set(command.name, command);
		this.#registered(applicationId, guildId);
		return stored;
	}

	/** Creates the command, or replaces the one with its name. */
	upsert(applicationId: string, guildId: string | null, body: CommandBody): StoredCommand {
		const scope = this.#scope(applicationId, guildId);
		const command = this.#store(applicationId, guildId, body, scope.get(body.name)?.id);
		scope.set(command.name, command);
		this.#registered(applicationId, guildId);
		return command;
	}

	delete(applicationId: string, guildId: string | null, command: StoredCommand): void {
		this.#scope(applicationId, guildId).delete(command.name);
		this.#registered(applicationId, guildId);
	}

	/** The command that `/name` stands for in a server: the server's own before a global one. */
	find(applicationId: string, guildId: string, name: string): StoredCommand | undefined {
		return this.#scope(applicationId, guildId).get(name) ?? this.#scope(applicationId, null).get(name);
	}

	#registered(botId: string, guildId: string | null): void {
		this.#events.emit({ type: 'commands-registered', botId, guildId, commands: this.list(botId, guildId) });
	}

	#store(applicationId: string, guildId: string | null, body: CommandBody, id?: string): StoredCommand {
		return {
			...body,
			id: id ?? this.#world.ids.next(),
			application_id: applicationId,
			version: this.#world.ids.next(),
			...(guildId !== null && { guild_id: guildId }),
		};
	}

	#scope(applicationId: string, guildId: string | null): Map<string, StoredCommand> {
		const key = `${applicationId}/${guildId ?? ''}`;
		let scope = this.#scopes.get(key);
		if (scope === undefined) {
			scope = new Map();
			this.#scopes.set(key, scope);
		}
		return scope;
	}
}
