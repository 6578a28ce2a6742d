import type { Place } from '../../bot/index.ts';
import type { AudioChunk, AudioSource } from '../../domain/index.ts';
import { createInference } from '../../inference/index.ts';
import { adaptiveReply } from '../../middleware/index.ts';
import { configuredEngine } from '../engine.ts';
import { EventBus } from '../event-bus.ts';
import { createLog } from '../log.ts';
import { type EmotionEvents, eventsOf } from './events.ts';
import { type EmbeddingOptions, embeddedConfig } from './options.ts';
import { play } from './play.ts';
import { SourceSession } from './source-session.ts';

/** Where voices are, for the moods that are kept and the heat that they share. */
export interface SourcePlace {
	/** The community, say a server of a game. Default `local`. */
	readonly guildId?: string;
	/** The room. Default `local`. */
	readonly channelId?: string;
	/** Language of what is said there. Default `en`. */
	readonly locale?: string;
}

export interface PlayOptions extends SourcePlace {
	/** It tells what is being said at this moment; a recording is read as fast as it can be classified. */
	readonly live?: boolean;
	readonly signal?: AbortSignal;
}

/** A conversation that is going on. Disposing of it ends it and waits for what was said. */
export interface LiveSession extends AsyncDisposable {
	/** As the events of it have it. */
	readonly id: string;
	/** Takes what a speaker said just now. Resolves once it is taken in; what it sounds like is an event. */
	push(chunk: AudioChunk): Promise<void>;
	/** Stops hearing a speaker in this session, for good, and lets go of what is under way. */
	withdraw(speakerId: string): void;
}

/** From voices to moods, without Discord. Disposing of it ends its sessions and waits for what was said. */
export interface EmotionEngine extends EmotionEvents, AsyncDisposable {
	/** Begins a conversation. Whoever pushes a speaker's voice answers for it that they agreed. */
	start(place?: SourcePlace): LiveSession;
	/**
	 * Hears a source to its end. Resolves when all that was said in it has had its effect.
	 *
	 * @throws what the source throws; the signal's reason on abort
	 */
	play(source: AudioSource, options?: PlayOptions): Promise<void>;
}

export const placeOf = ({ guildId = 'local', channelId = 'local', locale = 'en' }: SourcePlace = {}): Place => ({
	guildId,
	channelId,
	locale,
});

/**
 * The engine for games and programs with voices of their own: PCM or Opus in, events out. It keeps nothing unless
 * a mood store is given, and says nothing to anybody.
 *
 * @throws {SesError} SES_CONFIG_INVALID and what opening the model may meet
 */
export async function createEmotionEngine(options: EmbeddingOptions = {}): Promise<EmotionEngine> {
	const config = embeddedConfig(options.config);
	const log = options.log ?? createLog(config.log);
	const bus = new EventBus(log);
	await using stack = new AsyncDisposableStack();
	const { queue: brought, moodStore } = options;
	const inference = stack.use(await createInference(config.inference, { log, ...(brought && { queue: brought }) }));
	options.signal?.throwIfAborted();
	const engine = stack.use(
		configuredEngine(config, {
			queue: inference.queue,
			inference,
			effects: {
				publish: bus.publish,
				moods: moodStore ?? { record: async () => {} },
				settingsOf: () => ({}),
				// The event tells of it; there is no store to keep it in and nobody to call.
				raise: async () => {},
				adaptiveReply: adaptiveReply(),
			},
			arrangement: options.steps,
			bus,
			log,
		}),
	);
	const sessions = new Set<SourceSession>();
	stack.defer(async () => void (await Promise.all([...sessions].map((session) => session[Symbol.asyncDispose]()))));
	const open = (place: SourcePlace | undefined, live: boolean): SourceSession => {
		const session = new SourceSession({ engine, place: placeOf(place), segmenter: config.segmenter, live });
		sessions.add(session);
		return session;
	};
	const close = async (session: SourceSession): Promise<void> => {
		await session[Symbol.asyncDispose]();
		sessions.delete(session);
	};
	const running = stack.move();
	return {
		...eventsOf(bus),
		start: (place) => {
			const session = open(place, true);
			return {
				id: session.id,
				push: async (chunk) => void (await session.push(chunk)),
				withdraw: (speakerId) => session.withdraw(speakerId),
				[Symbol.asyncDispose]: () => close(session),
			};
		},
		play: async (source, { live = false, signal, ...place } = {}) => {
			const session = open(place, live);
			try {
				await play(source, session, signal);
			} finally {
				await close(session);
			}
		},
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
