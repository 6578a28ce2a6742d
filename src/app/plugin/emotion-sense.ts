import type { Client, Interaction, RESTPostAPIApplicationCommandsJSONBody, VoiceBasedChannel } from 'discord.js';
import type { AudioSource, Notifier } from '../../domain/index.ts';
import type { StorageInput } from '../../storage/index.ts';
import { EventBus } from '../event-bus.ts';
import { createLog } from '../log.ts';
import { type PlayOptions, placeOf, type SourcePlace } from './emotion-engine.ts';
import { type EmotionEvents, eventsOf } from './events.ts';
import { type EmbeddingOptions, embeddedConfig } from './options.ts';
import { play } from './play.ts';
import { SourceSession } from './source-session.ts';

/** Voices from elsewhere for a community of the bot, heard from the start. */
export interface AttachedSource extends SourcePlace, Pick<PlayOptions, 'live'> {
	readonly source: AudioSource;
}

export interface EmotionSenseOptions extends EmbeddingOptions {
	/** Your bot's client, with the intents Guilds and GuildVoiceStates, logged in or about to be. */
	readonly client: Client;
	/** Tokens of further accounts, which only listen: Discord gives an account one voice channel in each server. */
	readonly listeners?: readonly string[] | undefined;
	/** Stands over `config.storage`. */
	readonly storage?: StorageInput | undefined;
	/** Says what rules want said in channels, in place of the bot. */
	readonly notifier?: Notifier | undefined;
	readonly sources?: readonly AttachedSource[] | undefined;
}

/** A voice channel, or what names one. */
export type ChannelRef = VoiceBasedChannel | { readonly id: string; readonly guild: { readonly id: string } };

/** At work in your bot. Disposing of it leaves the channels and lets go of the client, which stays logged in. */
export interface EmotionSense extends EmotionEvents, AsyncDisposable {
	/** Slash commands to be registered among your own; without them members can do nothing but press buttons. */
	readonly commands: readonly RESTPostAPIApplicationCommandsJSONBody[];
	/**
	 * Answers to our slash commands. Hand in every interaction before you look at it yourself; buttons, menus and
	 * forms of ours are answered in any case, and nothing is answered twice.
	 *
	 * @returns whether it was ours
	 */
	handle(interaction: Interaction): Promise<boolean>;
	/**
	 * Joins a voice channel, posts the notice and hears who agreed.
	 *
	 * @returns the session's id, as the events of it have it
	 * @throws {JoinError} whose `refusal` says why not
	 */
	join(channel: ChannelRef): Promise<string>;
	/** Leaves a voice channel, or all of them. @returns whether there was any */
	leave(channel?: ChannelRef): Promise<boolean>;
}

/**
 * Attaches to a discord.js client that is there already: voice of who agreed in, events out. Commands, intents and
 * login stay the bot's own.
 *
 * @throws {SesError} SES_CLIENT_UNUSABLE, SES_CONFIG_INVALID and what opening the model and the store may meet
 */
export async function createEmotionSense(options: EmotionSenseOptions): Promise<EmotionSense> {
	const { client, listeners = [], storage, sources = [], signal, ...parts } = options;
	const config = embeddedConfig({ ...options.config, ...(storage && { storage }) });
	const log = options.log ?? createLog(config.log);
	const bus = new EventBus(log);
	// Who uses the engine alone does not load a Discord library.
	const [{ startService }, { COMMANDS }] = await Promise.all([import('../service.ts'), import('../../bot/index.ts')]);
	await using stack = new AsyncDisposableStack();
	const accounts = [client, ...listeners];
	const { bot, engine } = stack.use(
		await startService(accounts, config, bus, log, signal ?? new AbortController().signal, parts),
	);

	const ending = new AbortController();
	const hear = async ({ source, live = false, ...place }: AttachedSource): Promise<void> => {
		await using session = new SourceSession({ engine, place: placeOf(place), segmenter: config.segmenter, live });
		using following = new DisposableStack();
		following.defer(
			bus.subscribe((event) => {
				const isWithdrawal = event.type === 'consent' && event.action === 'withdrawn';
				if (isWithdrawal && event.guildId === session.guildId) session.withdraw(event.speakerId);
			}),
		);
		await play(source, session, ending.signal).catch((error: unknown) => {
			if (!ending.signal.aborted) log.error({ error }, 'an audio source failed');
		});
	};
	const hearing = sources.map(hear);
	stack.defer(async () => {
		ending.abort();
		await Promise.allSettled(hearing);
	});
	const running = stack.move();
	return {
		...eventsOf(bus),
		commands: COMMANDS.map(({ data }) => data.toJSON()),
		handle: (interaction) => bot.handle(interaction),
		join: async (channel) => (await bot.sessions.join(channel)).id,
		leave: async (channel) => {
			if (channel) return bot.sessions.leave(channel.guild.id, channel.id);
			const guilds = new Set(bot.sessions.all.map((session) => session.channel.guild.id));
			const left = await Promise.all([...guilds].map((guildId) => bot.sessions.leave(guildId)));
			return left.includes(true);
		},
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
