import { randomBytes } from 'node:crypto';
import { ComponentType, InteractionType, PermissionFlagsBits } from 'discord-api-types/v10';
import type { Channel, Guild, GuildMember, Message, World } from '../model/index.ts';
import {
	type CommandRegistry,
	type CommandValues,
	commandData,
	type Dispatcher,
	findComponent,
	type InteractionDesk,
	type InteractionReply,
	type MessageBoard,
	SimulationError,
	type StoredCommand,
	type VoiceStates,
} from '../service/index.ts';
import type { VoiceServer } from '../voice/index.ts';
import type { PacketClock } from './packet-clock.ts';
import { type Speech, Transmitter } from './transmitter.ts';
import { VoiceLink } from './voice-link.ts';

export interface MemberContext {
	readonly world: World;
	readonly dispatcher: Dispatcher;
	readonly voiceStates: VoiceStates;
	readonly commands: CommandRegistry;
	readonly interactions: InteractionDesk;
	readonly board: MessageBoard;
	readonly server: VoiceServer;
	readonly clock: PacketClock;
	readonly links: Set<VoiceLink>;
	/** Makes this process trust the voice server's certificate. */
	readonly trust: () => void;
	/** Sets this simulation's voice connections apart from all others of the process. */
	readonly instance: string;
}

export interface Deadline {
	readonly signal?: AbortSignal;
	/** 10 s by default. */
	readonly timeoutMs?: number;
}

export interface JoinOptions extends Deadline {
	readonly selfMute?: boolean;
	readonly selfDeaf?: boolean;
}

export interface InteractOptions extends Deadline {
	/** Name or id; by default the voice channel's own chat while in one, else the first text channel. */
	readonly channel?: string;
	/** Id of the bot that is meant, where several know the command. */
	readonly botId?: string;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** A simulated user in one server: a person, or another bot. */
export class SimulatedMember implements AsyncDisposable {
	readonly guildId: string;
	readonly #guild: Guild;
	readonly #member: GuildMember;
	readonly #context: MemberContext;
	readonly #sessionId = randomBytes(16).toString('hex');
	#voice: { link: VoiceLink; transmitter: Transmitter } | undefined;

	constructor(guild: Guild, member: GuildMember, context: MemberContext) {
		this.guildId = guild.id;
		this.#guild = guild;
		this.#member = member;
		this.#context = context;
	}

	get id(): string {
		return this.#member.user.id;
	}

	get name(): string {
		return this.#member.user.displayName;
	}

	get isBot(): boolean {
		return this.#member.user.isBot;
	}

	/** The voice channel that the member is in. */
	get channelId(): string | undefined {
		return this.#guild.voiceStates.get(this.id)?.channelId;
	}

	/** The privacy code that Discord's clients show; equal for all members of a call, absent when alone or without DAVE. */
	get voicePrivacyCode(): string | undefined {
		return this.#voice?.link.connection.voicePrivacyCode;
	}

	/** The real @discordjs/voice connection, for tests that look deeper. */
	get connection() {
		return this.#voice?.link.connection;
	}

	/**
	 * Joins (or moves to) a voice channel. Resolves when packets can flow and, in an encrypted call,
	 * the member has its keys.
	 *
	 * @param channel name or id
	 */
	async join(channel: string, { selfMute = false, selfDeaf = false, ...deadline }: JoinOptions = {}): Promise<void> {
		const { id } = this.#context.world.channel(channel, this.guildId);
		const signal = signalOf(deadline);
		if (this.#voice !== undefined && this.channelId !== undefined) {
			if (this.channelId === id) return;
			this.#voice.link.move(id);
		} else {
			this.#voice?.link.destroy();
			this.#context.trust();
			const { clock, dispatcher, instance, links, server, voiceStates } = this.#context;
			const link = new VoiceLink(
				{
					guildId: this.guildId,
					userId: this.id,
					sessionId: this.#sessionId,
					group: `simulated-discord/${instance}/${this.guildId}/${this.id}`,
					selfDeaf,
					selfMute,
					dispatcher,
					links,
					server,
					voiceStates,
				},
				id,
			);
			this.#voice = { link, transmitter: new Transmitter(link, clock) };
		}
		const { link } = this.#voice;
		try {
			await link.settled(signal);
		} catch (cause) {
			signal.throwIfAborted();
			const reason = link.errors.at(-1) ?? cause;
			throw new SimulationError(`${this.name} cannot join the voice channel`, { cause: reason });
		}
	}

	/**
	 * Speaks one burst in real time: the packets, then the five silence frames that Discord's clients
	 * send, then nothing. Resolves when the last frame is out.
	 *
	 * @throws SimulationError when not in a voice channel; the signal's reason when it aborts
	 */
	async speak(
		packets: Iterable<Buffer> | AsyncIterable<Buffer>,
		{ signal }: { readonly signal?: AbortSignal } = {},
	): Promise<Speech> {
		if (this.#voice === undefined) throw new SimulationError(`${this.name} is not in a voice channel`);
		return this.#voice.transmitter.speak(packets, signal);
	}

	/** Leaves the voice channel, if in one. */
	leave(): void {
		this.#voice?.link.destroy();
		this.#voice = undefined;
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
		const [name = '', ...rest] = path.trim().replace(/^\//, '').split(/\s+/);
		const command = this.#findCommand(name, botId);
		const required = command.default_member_permissions;
		// A command for "0" is for administrators only.
		const permissions = required === '0' ? PermissionFlagsBits.Administrator : BigInt(required ?? 0);
		if (!this.#context.world.may(this.#guild, this.id, permissions)) {
			throw new SimulationError(`${this.name} may not use /${name}`);
		}
		return this.#context.interactions.open({
			type: InteractionType.ApplicationCommand,
			data: commandData(command, rest, values, this.#guild),
			name: [name, ...rest].join(' '),
			applicationId: command.application_id,
			...this.#origin(channel, deadline),
		});
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
		const components = Object.entries(values).map(([customId, value]) => {
			const field = findComponent(reply.modal?.components, customId);
			if (field === undefined) throw new SimulationError(`The form has no field "${customId}"`);
			return {
				type: ComponentType.ActionRow,
				components: [{ type: field.type, custom_id: customId, value }],
			};
		});
		return this.#context.interactions.open({
			type: InteractionType.ModalSubmit,
			data: { custom_id: reply.modal.customId, components },
			name: reply.modal.customId,
			applicationId: reply.applicationId,
			...this.#origin(undefined, deadline),
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.leave();
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
			throw new SimulationError(`${this.name} sees no message with the component "${customId}"`);
		}
		if (component.disabled) throw new SimulationError(`The component "${customId}" is disabled`);
		return this.#context.interactions.open({
			type: InteractionType.MessageComponent,
			data: {
				custom_id: customId,
				component_type: component.type,
				...(values !== undefined && { values: [...values] }),
			},
			name: customId,
			message,
			applicationId: message.authorId,
			...this.#origin(message.channelId, deadline),
		});
	}

	#findCommand(name: string, botId: string | undefined): StoredCommand {
		for (const { user, guildIds } of this.#context.world.bots) {
			if (!guildIds.has(this.guildId) || (botId !== undefined && user.id !== botId)) continue;
			const command = this.#context.commands.find(user.id, this.guildId, name);
			if (command !== undefined) return command;
		}
		throw new SimulationError(`There is no command /${name} in ${this.#guild.name}`);
	}

	#findMessage(customId: string, messageId: string | undefined): Message | undefined {
		const channels = [...this.#guild.channels.keys()];
		const visible = channels
			.flatMap((channelId) => this.#context.board.list(channelId))
			.filter(({ ephemeralFor }) => ephemeralFor === undefined || ephemeralFor === this.id);
		if (messageId !== undefined) return visible.find(({ id }) => id === messageId);
		return visible
			.filter(({ components }) => findComponent(components, customId) !== undefined)
			.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
			.at(-1);
	}

	#origin(channel: string | undefined, { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: Deadline) {
		return { member: this.#member, channel: this.#channelOf(channel), timeoutMs, signal };
	}

	#channelOf(channel: string | undefined): Channel {
		const nameOrId = channel ?? this.channelId;
		if (nameOrId !== undefined) return this.#context.world.channel(nameOrId, this.guildId);
		const [first] = this.#guild.channels.values();
		const text = [...this.#guild.channels.values()].find(({ kind }) => kind === 'text') ?? first;
		if (text === undefined) throw new SimulationError(`${this.#guild.name} has no channel`);
		return text;
	}
}

function signalOf({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: Deadline): AbortSignal {
	const deadline = AbortSignal.timeout(timeoutMs);
	return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
}
