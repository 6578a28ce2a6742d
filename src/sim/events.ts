import { EventEmitter, on } from 'node:events';
import type { Message } from './model/index.ts';

/** A command as the bot registered it (Discord's JSON). */
export interface RegisteredCommand {
	readonly id: string;
	readonly application_id: string;
	readonly guild_id?: string;
	readonly name: string;
	readonly [field: string]: unknown;
}

/** Why a request for a voice channel was ignored. */
export type VoiceRefusal = 'unknown-channel' | 'not-a-voice-channel' | 'view-denied' | 'connect-denied' | 'full';

/** What happened on the simulated Discord, mostly what the bot did. */
export type SimulatedDiscordEvent =
	| { readonly type: 'gateway-ready'; readonly botId: string; readonly intents: number }
	| {
			readonly type: 'commands-registered';
			readonly botId: string;
			/** Null: for all servers. */
			readonly guildId: string | null;
			readonly commands: readonly RegisteredCommand[];
	  }
	| { readonly type: 'message-created'; readonly message: Message }
	| { readonly type: 'message-edited'; readonly message: Message }
	| { readonly type: 'message-deleted'; readonly message: Message }
	| {
			readonly type: 'reaction-added';
			/** What it was added to. */
			readonly message: Message;
			readonly userId: string;
			/** The character itself, or `name:id`. */
			readonly emoji: string;
	  }
	| {
			readonly type: 'soundboard-played';
			readonly channelId: string;
			readonly userId: string;
			readonly soundId: string;
	  }
	| {
			readonly type: 'interaction-answered';
			readonly interactionId: string;
			/** Command path (`consent give`) or custom id. */
			readonly name: string;
			readonly userId: string;
			readonly callback: 'message' | 'deferred-message' | 'deferred-update' | 'update' | 'modal' | 'suggestions';
			/** From the interaction to the callback. */
			readonly latencyMs: number;
	  }
	| {
			readonly type: 'voice-joined' | 'voice-left';
			readonly guildId: string;
			readonly channelId: string;
			readonly userId: string;
	  }
	| {
			readonly type: 'voice-moved';
			readonly guildId: string;
			readonly fromChannelId: string;
			readonly channelId: string;
			readonly userId: string;
	  }
	| {
			/** Opcode 4 asked for a channel that the user may not enter; Discord does not answer. */
			readonly type: 'voice-refused';
			readonly guildId: string;
			readonly channelId: string;
			readonly userId: string;
			readonly reason: VoiceRefusal;
	  }
	| {
			/** The voice connection stands: key exchanged, packets can flow. */
			readonly type: 'voice-ready';
			readonly guildId: string;
			readonly channelId: string;
			readonly userId: string;
			readonly mode: string;
			readonly daveVersion: number;
	  }
	| {
			readonly type: 'speaking';
			readonly channelId: string;
			readonly userId: string;
			readonly isSpeaking: boolean;
	  }
	| {
			/** A group of the end-to-end encryption came into force; version 0 is none. */
			readonly type: 'dave-transition';
			readonly channelId: string;
			readonly version: number;
			readonly transitionId: number;
			readonly epoch: number;
			readonly members: readonly string[];
	  }
	| {
			readonly type: 'voice-status-changed';
			readonly guildId: string;
			readonly channelId: string;
			readonly status: string | null;
	  }
	| {
			readonly type: 'nickname-changed';
			readonly guildId: string;
			readonly userId: string;
			readonly nick: string | null;
	  };

export type SimulatedDiscordEventType = SimulatedDiscordEvent['type'];
type EventOf<T extends SimulatedDiscordEventType> = Extract<SimulatedDiscordEvent, { type: T }>;

export interface WaitOptions {
	readonly signal?: AbortSignal;
	/** 5 s by default. */
	readonly timeoutMs?: number;
	/** Also look at what happened since this {@link EventLog.position}; 0 for all of it. */
	readonly since?: number;
}

/** Events kept for late callers of {@link EventLog.waitFor}. */
const KEPT = 10_000;
const DEFAULT_TIMEOUT_MS = 5_000;

/** What happened, in order: to await, to iterate, or to look up. */
export class EventLog {
	readonly #emitter = new EventEmitter<{ event: [SimulatedDiscordEvent] }>();
	readonly #kept: SimulatedDiscordEvent[] = [];
	#forgotten = 0;
	readonly #closing = new AbortController();

	constructor() {
		// Every waiting test adds a listener.
		this.#emitter.setMaxListeners(0);
	}

	/** How many events there have been. */
	get position(): number {
		return this.#forgotten + this.#kept.length;
	}

	/** The last 10,000 events, oldest first. */
	get history(): readonly SimulatedDiscordEvent[] {
		return [...this.#kept];
	}

	emit(event: SimulatedDiscordEvent): void {
		this.#kept.push(event);
		if (this.#kept.length > KEPT) {
			this.#kept.shift();
			this.#forgotten++;
		}
		this.#emitter.emit('event', event);
	}

	/** @returns a function that ends it */
	subscribe(listener: (event: SimulatedDiscordEvent) => void): () => void {
		this.#emitter.on('event', listener);
		return () => this.#emitter.off('event', listener);
	}

	/** Events from this call on, until `signal` aborts (throws AbortError) or the simulation ends. */
	stream(signal?: AbortSignal): AsyncGenerator<SimulatedDiscordEvent, void, undefined> {
		const ending = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
		return this.#relay(on(this.#emitter, 'event', { signal: ending }), signal);
	}

	/**
	 * The next event of this type that fits.
	 *
	 * @throws TimeoutError (DOMException) after `timeoutMs`, or the signal's reason
	 */
	async waitFor<T extends SimulatedDiscordEventType>(
		type: T,
		predicate: (event: EventOf<T>) => boolean = () => true,
		{ signal, timeoutMs = DEFAULT_TIMEOUT_MS, since = this.position }: WaitOptions = {},
	): Promise<EventOf<T>> {
		const fits = (event: SimulatedDiscordEvent): event is EventOf<T> =>
			event.type === type && predicate(event as EventOf<T>);
		const past = this.#kept.slice(Math.max(0, since - this.#forgotten)).find(fits);
		if (past !== undefined) return past;
		const deadline = new AbortController();
		const timer = setTimeout(
			() => deadline.abort(new DOMException(`No fitting "${type}" within ${timeoutMs} ms`, 'TimeoutError')),
			timeoutMs,
		);
		const signals = [deadline.signal, this.#closing.signal, ...(signal === undefined ? [] : [signal])];
		const ending = AbortSignal.any(signals);
		return new Promise<EventOf<T>>((resolve, reject) => {
			const settle = () => {
				clearTimeout(timer);
				unsubscribe();
				ending.removeEventListener('abort', onAbort);
			};
			const onAbort = () => {
				settle();
				reject(ending.reason);
			};
			const unsubscribe = this.subscribe((event) => {
				if (!fits(event)) return;
				settle();
				resolve(event);
			});
			if (ending.aborted) onAbort();
			else ending.addEventListener('abort', onAbort, { once: true });
		});
	}

	async *#relay(
		events: AsyncIterable<unknown[]>,
		signal: AbortSignal | undefined,
	): AsyncGenerator<SimulatedDiscordEvent, void, undefined> {
		try {
			for await (const [event] of events) yield event as SimulatedDiscordEvent;
		} catch (error) {
			if (!this.#closing.signal.aborted || signal?.aborted) throw error;
		}
	}

	close(): void {
		this.#closing.abort(new DOMException('The simulated Discord was closed', 'AbortError'));
		this.#emitter.removeAllListeners();
	}
}
