import { ApplicationCommandOptionType as Type } from 'discord-api-types/v10';
import { apiChannel, apiMember, apiRole, apiUser, type Guild, rolesOf } from '../model/index.ts';
import type { CommandOption, StoredCommand } from './command-registry.ts';
import { SimulationError } from './simulation-error.ts';

/** Values of a command's options by name; users, channels and roles by id. */
export type CommandValues = Readonly<Record<string, string | number | boolean>>;

export interface Resolved {
	users?: Record<string, unknown>;
	members?: Record<string, unknown>;
	channels?: Record<string, unknown>;
	roles?: Record<string, unknown>;
}

/** An option that is being typed. */
export interface FocusedOption {
	readonly name: string;
	readonly typed: string;
}

/**
 * Interaction data for `/command path…` with `values`, checked against the command's definition as
 * Discord's client does before it sends anything.
 *
 * @param focused asks for suggestions instead of using the command
 * @throws SimulationError for an unknown subcommand or option, a missing one, or a value not allowed
 */
export function commandData(
	command: StoredCommand,
	path: readonly string[],
	values: CommandValues,
	guild: Guild,
	focused?: FocusedOption,
) {
	const resolved: Resolved = {};
	const fail = (reason: string): never => {
		throw new SimulationError(`/${[command.name, ...path].join(' ')}: ${reason}`);
	};

	const fill = (definitions: readonly CommandOption[], [next, ...rest]: readonly string[]): unknown[] => {
		const isGroup = definitions.some(({ type }) => type <= Type.SubcommandGroup);
		if (isGroup) {
			const child = definitions.find(({ name }) => name === next) ?? fail(`there is no subcommand "${next ?? ''}"`);
			return [{ type: child.type, name: child.name, options: fill(child.options ?? [], rest) }];
		}
		if (next !== undefined) fail(`there is no subcommand "${next}"`);
		for (const name of Object.keys(values)) {
			if (!definitions.some((definition) => definition.name === name)) fail(`there is no option "${name}"`);
		}
		if (focused) refuseUnsuggested(definitions, focused, fail);
		return definitions.flatMap((definition) => {
			// What is being typed is sent as it stands, and what is still missing is not asked for.
			if (definition.name === focused?.name) {
				return [{ type: definition.type, name: definition.name, value: focused.typed, focused: true }];
			}
			const value = values[definition.name];
			if (value === undefined && focused) return [];
			if (value === undefined) return definition.required ? fail(`the option "${definition.name}" is required`) : [];
			check(definition, value, fail);
			resolve(definition.type, String(value), guild, resolved, fail);
			return [{ type: definition.type, name: definition.name, value }];
		});
	};

	return {
		id: command.id,
		name: command.name,
		type: command.type,
		...(command.guild_id !== undefined && { guild_id: command.guild_id }),
		options: fill(command.options ?? [], path),
		...(Object.keys(resolved).length > 0 && { resolved }),
	};
}

/** A client asks only where the command says so. */
function refuseUnsuggested(
	definitions: readonly CommandOption[],
	{ name }: FocusedOption,
	fail: (reason: string) => never,
): void {
	const definition = definitions.find((each) => each.name === name) ?? fail(`there is no option "${name}"`);
	if (definition.autocomplete !== true) fail(`the option "${name}" suggests nothing`);
}

const JAVASCRIPT_TYPES: Partial<Record<Type, 'string' | 'number' | 'boolean'>> = {
	[Type.Boolean]: 'boolean',
	[Type.Integer]: 'number',
	[Type.Number]: 'number',
};

function check(option: CommandOption, value: string | number | boolean, fail: (reason: string) => never): void {
	const expected = JAVASCRIPT_TYPES[option.type] ?? 'string';
	if (typeof value !== expected) fail(`the option "${option.name}" takes a ${expected}`);
	if (option.type === Type.Integer && !Number.isInteger(value)) fail(`the option "${option.name}" takes an integer`);
	if (option.choices?.length && !option.choices.some((choice) => choice.value === value)) {
		fail(`"${value}" is not a choice of the option "${option.name}"`);
	}
	const size = typeof value === 'string' ? value.length : Number(value);
	const [least, most] =
		typeof value === 'string' ? [option.min_length, option.max_length] : [option.min_value, option.max_value];
	if (size < (least ?? -Infinity) || size > (most ?? Infinity)) fail(`the option "${option.name}" is out of range`);
}

/** Adds what an id stands for, as Discord sends it along. @param fail throws where it stands for nothing */
export function resolve(
	type: Type,
	id: string,
	guild: Guild,
	resolved: Resolved,
	fail: (reason: string) => never,
): void {
	const member = guild.members.get(id);
	const role = rolesOf(guild).find((each) => each.id === id);
	if (type === Type.User || (type === Type.Mentionable && member !== undefined)) {
		if (member === undefined) fail(`there is no member ${id}`);
		const { user: _user, ...rest } = apiMember(member);
		resolved.users = { ...resolved.users, [id]: apiUser(member.user) };
		resolved.members = { ...resolved.members, [id]: rest };
	} else if (type === Type.Role || type === Type.Mentionable) {
		if (role === undefined) fail(`there is no role ${id}`);
		resolved.roles = { ...resolved.roles, [id]: apiRole(role, 1) };
	} else if (type === Type.Channel) {
		const channel = guild.channels.get(id) ?? fail(`there is no channel ${id}`);
		resolved.channels = { ...resolved.channels, [id]: { ...apiChannel(channel), permissions: '0' } };
	}
}
