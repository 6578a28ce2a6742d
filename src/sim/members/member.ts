import { randomBytes } from 'node:crypto';
import type { EventLog } from '../events.ts';
import type { Guild, GuildMember } from '../model/index.ts';
import {
	type CommandValues,
	type Dispatcher,
	type InteractionReply,
	SimulationError,
	type Suggestion,
	type VoiceStates,
} from '../service/index.ts';
import type { VoiceRegions } from '../voice/index.ts';
import { type Deadline, signalOf } from './deadline.ts';
import { type InteractOptions, Interactor, type InteractorContext } from './interactor.ts';
import type { PacketClock } from './packet-clock.ts';
import { type Speech, Transmitter } from './transmitter.ts';
import { VoiceLink } from './voice-link.ts';

export interface MemberContext extends InteractorContext {
	readonly dispatcher: Dispatcher;
	readonly events: EventLog;
	readonly voiceStates: VoiceStates;
	readonly regions: VoiceRegions;
	readonly clock: PacketClock;
	readonly links: Set<VoiceLink>;
	/** Makes this process trust the voice server's certificate. */
	readonly trust: () => void;
	/** Sets this simulation's voice connections apart from all others of the process. */
	readonly instance: string;
}

export interface JoinOptions extends Deadline {
	readonly selfMute?: boolean;
	readonly selfDeaf?: boolean;
}

/** A simulated user in one server: a person, or another bot. */
export class SimulatedMember implements AsyncDisposable {
	readonly guildId: string;
	readonly #guild: Guild;
	readonly #member: GuildMember;
	readonly #context: MemberContext;
	readonly #sessionId = randomBytes(16).toString('hex');
	readonly #interactor: Interactor;
	/** Settles when the member has said what it began to say. */
	#saying: Promise<unknown> = Promise.resolve();
	#voice: { link: VoiceLink; transmitter: Transmitter } | undefined;

	constructor(guild: Guild, member: GuildMember, context: MemberContext) {
		this.guildId = guild.id;
		this.#guild = guild;
		this.#member = member;
		this.#context = context;
		this.#interactor = new Interactor(guild, member, context);
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
	 * @throws SimulationError when the member may not enter or cannot connect; the signal's reason, TimeoutError
	 */
	async join(channel: string, options: JoinOptions = {}): Promise<void> {
		const { id } = this.#context.world.channel(channel, this.guildId);
		// Discord says nothing to one who may not enter; the simulation need not wait for it.
		const refused = new AbortController();
		const unsubscribe = this.#context.events.subscribe((event) => {
			if (event.type !== 'voice-refused' || event.userId !== this.id || event.channelId !== id) return;
			refused.abort(new SimulationError(`${this.name} may not enter ${channel}: ${event.reason}`));
		});
		const before = this.channelId;
		try {
			await this.#enter(id, options, AbortSignal.any([signalOf(options), refused.signal]));
		} catch (error) {
			if (refused.signal.aborted && before === undefined) this.leave();
			else if (refused.signal.aborted) this.#voice?.link.stay(before as string);
			throw error;
		} finally {
			unsubscribe();
		}
	}

	/**
	 * Mutes or deafens the member in its own client; what is not named stays. A muted member sends
	 * nothing by itself, but packets given to {@link speak} still go out: Discord's server passes them on.
	 *
	 * @throws SimulationError when not in a voice channel
	 */
	setVoice(changes: { readonly selfMute?: boolean; readonly selfDeaf?: boolean }): void {
		if (this.#voice === undefined) throw new SimulationError(`${this.name} is not in a voice channel`);
		this.#voice.link.update(changes);
	}

	/**
	 * Speaks one burst in real time: the packets, then the five silence frames that Discord's clients
	 * send, then nothing. Resolves when the last frame is out. Bursts of one member follow each other.
	 *
	 * @throws SimulationError when not in a voice channel; the signal's reason when it aborts
	 */
	async speak(
		packets: Iterable<Buffer> | AsyncIterable<Buffer>,
		{ signal }: { readonly signal?: AbortSignal } = {},
	): Promise<Speech> {
		const voice = this.#voice;
		if (voice === undefined) throw new SimulationError(`${this.name} is not in a voice channel`);
		const speech = this.#saying.then(() => voice.transmitter.speak(packets, signal));
		this.#saying = speech.catch(() => undefined);
		return speech;
	}

	/** Leaves the voice channel, if in one; breaks off what is being said. */
	leave(): void {
		this.#voice?.transmitter.stop();
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
	command(path: string, values: CommandValues = {}, options: InteractOptions = {}): Promise<InteractionReply> {
		return this.#interactor.command(path, values, options);
	}

	/**
	 * Types into an option of a command, which suggests values.
	 *
	 * @param typed what stands there so far
	 * @param values of the other options
	 */
	suggestions(
		path: string,
		option: string,
		typed = '',
		values: CommandValues = {},
		options: InteractOptions = {},
	): Promise<readonly Suggestion[]> {
		return this.#interactor.suggestions(path, option, typed, values, options);
	}

	/**
	 * Presses a button.
	 *
	 * @param messageId by default the newest message that this member can see with such a button
	 */
	click(customId: string, messageId?: string, deadline: Deadline = {}): Promise<InteractionReply> {
		return this.#interactor.click(customId, messageId, deadline);
	}

	/** Chooses `values` in a menu; for the rest as {@link click}. */
	select(
		customId: string,
		values: readonly string[],
		messageId?: string,
		deadline: Deadline = {},
	): Promise<InteractionReply> {
		return this.#interactor.select(customId, values, messageId, deadline);
	}

	/** Fills in and submits the form that `reply` shows. @param values text by custom id */
	submit(
		reply: InteractionReply,
		values: Readonly<Record<string, string>>,
		deadline: Deadline = {},
	): Promise<InteractionReply> {
		return this.#interactor.submit(reply, values, deadline);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.leave();
	}

	async #enter(id: string, { selfMute = false, selfDeaf = false }: JoinOptions, signal: AbortSignal): Promise<void> {
		if (this.#voice !== undefined && this.channelId !== undefined) {
			if (this.channelId === id) return;
			this.#voice.link.move(id);
		} else {
			this.leave();
			this.#context.trust();
			const { clock, dispatcher, instance, links, regions, voiceStates } = this.#context;
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
					regions,
					voiceStates,
				},
				id,
			);
			this.#voice = { link, transmitter: new Transmitter(link, clock) };
		}
		signal.throwIfAborted();
		const { link } = this.#voice;
		try {
			await link.settled(signal);
		} catch (cause) {
			signal.throwIfAborted();
			const reason = link.errors.at(-1) ?? cause;
			throw new SimulationError(`${this.name} cannot join the voice channel`, { cause: reason });
		}
	}
}
