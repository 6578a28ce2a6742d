import { ComponentType, InteractionType, PermissionFlagsBits } from 'discord-api-types/v10';
import type { Channel, Guild, GuildMember, Message, World } from '../model/index.ts';
import {
	type CommandRegistry,
	type CommandValues,
	commandData,
	findComponent,
	type InteractionDesk,
	type InteractionReply,
	type InteractiveComponent,
	type MessageBoard,
	SimulationError,
	type StoredCommand,
	type Suggestion,
} from '../service/index.ts';
import { DEFAULT_TIMEOUT_MS, type Deadline } from './deadline.ts';
import { menuChoice } from './menu-choice.ts';

export interface InteractOptions extends Deadline {
	/** Name or id; by default the voice channel's own chat while in one, else the first text channel. */
	readonly channel?: string;
	/** Id of the bot that is meant, where several know the command. */
	readonly botId?: string;
}

export interface InteractorContext {
	readonly world: World;
	readonly commands: CommandRegistry;
	readonly interactions: InteractionDesk;
	readonly board: MessageBoard;
}

/** What a member does with keyboard and mouse: commands, buttons, menus, forms. */
export class Interactor {
	readonly #guild: Guild;
	readonly #member: GuildMember;
	readonly #context: InteractorContext;

	constructor(guild: Guild, member: GuildMember, context: InteractorContext) {
		this.#guild = guild;
		this.#member = member;
		this.#context = context;
	}

	/**
	 * Uses a slash command and waits for what the member gets to see, deferral included.
	 *
	 * @param path name, group and subcommand: `consent give`
	 * @throws SimulationError when the client would not let it happen (no such command, missing
	 * permission or option) or the bot does not answer in time
	 */
	async command(
		path: string,
		values: CommandValues = {},
		{ channel, botId, ...deadline }: InteractOptions = {},
	): Promise<InteractionReply> {
		const { command, rest, name } = this.#commandOf(path, botId);
		return this.#context.interactions.open({
			type: InteractionType.ApplicationCommand,
			data: commandData(command, rest, values, this.#guild),
			name,
			applicationId: command.application_id,
			...this.#origin(channel, deadline),
		});
	}

	/**
	 * Types into an option and waits for what is offered.
	 *
	 * @param option one that suggests values
	 * @throws SimulationError as {@link command}
	 */
	async suggestions(
		path: string,
		option: string,
		typed = '',
		values: CommandValues = {},
		{ channel, botId, ...deadline }: InteractOptions = {},
	): Promise<readonly Suggestion[]> {
		const { command, rest, name } = this.#commandOf(path, botId);
		const reply = await this.#context.interactions.open({
			type: InteractionType.ApplicationCommandAutocomplete,
			data: commandData(command, rest, values, this.#guild, { name: option, typed }),
			name,
			applicationId: command.application_id,
			...this.#origin(channel, deadline),
		});
		return reply.suggestions;
	}

	/**
	 * Presses a button.
	 *
	 * @param messageId by default the newest message that this member can see with such a button
	 */
	async click(customId: string, messageId?: string, deadline: Deadline = {}): Promise<InteractionReply> {
		return this.#useComponent(customId, messageId, undefined, deadline);
	}

	/** Chooses `values` in a menu; for the rest as {@link click}. */
	async select(
		customId: string,
		values: readonly string[],
		messageId?: string,
		deadline: Deadline = {},
	): Promise<InteractionReply> {
		return this.#useComponent(customId, messageId, values, deadline);
	}

	/** Fills in and submits the form that `reply` shows. @param values text by custom id */
	async submit(
		reply: InteractionReply,
		values: Readonly<Record<string, string>>,
		deadline: Deadline = {},
	): Promise<InteractionReply> {
		if (reply.modal === undefined) throw new SimulationError('The reply shows no form');
		const form = reply.modal.components;
		const components = Object.entries(values).map(([customId, value]) => {
			const field = findComponent(form, customId);
			if (field === undefined) throw new SimulationError(`The form has no field "${customId}"`);
			refuseValue(customId, value, field);
			const component = { type: field.type, custom_id: customId, value };
			// What is submitted has the shape of what was shown: a label round each field, or a row as in older forms.
			return isLabelled(form, customId)
				? { type: ComponentType.Label, component }
				: { type: ComponentType.ActionRow, components: [component] };
		});
		return this.#context.interactions.open({
			type: InteractionType.ModalSubmit,
			data: { custom_id: reply.modal.customId, components },
			name: reply.modal.customId,
			applicationId: reply.applicationId,
			message: this.#visible().find(({ id }) => id === reply.messageId),
			...this.#origin(reply.channelId || undefined, deadline),
		});
	}

	get #name(): string {
		return this.#member.user.displayName;
	}

	async #useComponent(
		customId: string,
		messageId: string | undefined,
		values: readonly string[] | undefined,
		deadline: Deadline,
	): Promise<InteractionReply> {
		const message = this.#findMessage(customId, messageId);
		const component = message && findComponent(message.components, customId);
		if (message === undefined || component === undefined) {
			throw new SimulationError(`${this.#name} sees no message with the component "${customId}"`);
		}
		if (component.disabled) throw new SimulationError(`The component "${customId}" is disabled`);
		return this.#context.interactions.open({
			type: InteractionType.MessageComponent,
			data: {
				custom_id: customId,
				component_type: component.type,
				...(values !== undefined && menuChoice(component, values, this.#guild)),
			},
			name: customId,
			message,
			applicationId: message.authorId,
			...this.#origin(message.channelId, deadline),
		});
	}

	/** A command that this member may use. */
	#commandOf(path: string, botId: string | undefined) {
		const [first = '', ...rest] = path.trim().replace(/^\//, '').split(/\s+/);
		const command = this.#findCommand(first, botId);
		const required = command.default_member_permissions;
		// A command for "0" is for administrators only.
		const permissions = required === '0' ? PermissionFlagsBits.Administrator : BigInt(required ?? 0);
		if (!this.#context.world.may(this.#guild, this.#member.user.id, permissions)) {
			throw new SimulationError(`${this.#name} may not use /${first}`);
		}
		return { command, rest, name: [first, ...rest].join(' ') };
	}

	#findCommand(name: string, botId: string | undefined): StoredCommand {
		for (const { user, guildIds } of this.#context.world.bots) {
			if (!guildIds.has(this.#guild.id) || (botId !== undefined && user.id !== botId)) continue;
			const command = this.#context.commands.find(user.id, this.#guild.id, name);
			if (command !== undefined) return command;
		}
		throw new SimulationError(`There is no command /${name} in ${this.#guild.name}`);
	}

	#findMessage(customId: string, messageId: string | undefined): Message | undefined {
		const visible = this.#visible();
		if (messageId !== undefined) return visible.find(({ id }) => id === messageId);
		return visible
			.filter(({ components }) => findComponent(components, customId) !== undefined)
			.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
			.at(-1);
	}

	/** Messages of the server that this member can see. */
	#visible(): Message[] {
		return [...this.#guild.channels.keys()]
			.flatMap((channelId) => this.#context.board.list(channelId))
			.filter(({ ephemeralFor }) => ephemeralFor === undefined || ephemeralFor === this.#member.user.id);
	}

	#origin(channel: string | undefined, { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: Deadline) {
		return { member: this.#member, channel: this.#channelOf(channel), timeoutMs, signal };
	}

	#channelOf(channel: string | undefined): Channel {
		const nameOrId = channel ?? this.#guild.voiceStates.get(this.#member.user.id)?.channelId;
		if (nameOrId !== undefined) return this.#context.world.channel(nameOrId, this.#guild.id);
		const [first] = this.#guild.channels.values();
		const text = [...this.#guild.channels.values()].find(({ kind }) => kind === 'text') ?? first;
		if (text === undefined) throw new SimulationError(`${this.#guild.name} has no channel`);
		return text;
	}
}

const isLabelled = (form: readonly unknown[], customId: string): boolean =>
	form.some((part) => {
		const { type, component } = part as { readonly type?: unknown; readonly component?: unknown };
		return type === ComponentType.Label && findComponent(component, customId) !== undefined;
	});

/** A client does not submit a text that is too short or too long. */
function refuseValue(customId: string, value: string, field: InteractiveComponent): void {
	const { min_length: least = 0, max_length: most = Number.POSITIVE_INFINITY, required = true } = field;
	if (value === '' && !required) return;
	if (value.length < Math.max(least, required ? 1 : 0) || value.length > most) {
		throw new SimulationError(`The text of "${customId}" has ${value.length} characters`);
	}
}
