import {
	Client,
	DiscordAPIError,
	DiscordjsError,
	Events,
	GatewayCloseCodes,
	GatewayIntentBits,
	HTTPError,
} from 'discord.js';
import {
	type ChartRenderer,
	CONSENT_VERSION,
	type ConsentStore,
	type Log,
	type MoodStore,
	type Notifier,
	type Publish,
	reasonOf,
	SesError,
} from '../domain/index.ts';
import { COMMANDS } from './commands/index.ts';
import { ConsentGate } from './consent-gate.ts';
import { onInteraction } from './listeners/interaction-create.ts';
import { onVoiceState } from './listeners/voice-state-update.ts';
import type { BotOptions } from './options.ts';
import type { EarTuning } from './reception/ear.ts';
import { type SessionListener, Sessions } from './sessions.ts';

export interface BotServices {
	readonly consents: ConsentStore;
	readonly moods: MoodStore;
	readonly charts: ChartRenderer;
	readonly listener: SessionListener;
	readonly publish: Publish;
	readonly log: Log;
	readonly retentionDays: number;
	readonly tuning: EarTuning;
}

/** The running bot. */
export interface Bot extends Notifier, AsyncDisposable {
	readonly client: Client<true>;
	readonly sessions: Sessions;
	/** Rejects when Discord ends the bot's session for good: a token that was reset, a bot that was banned. */
	readonly lost: Promise<never>;
}

const DISCORD_API = 'https://discord.com/api';

/**
 * Logs in, registers the commands and starts to serve them.
 *
 * @param signal ends the attempt
 * @throws {SesError} SES_TOKEN_REFUSED, SES_DISCORD_UNREACHABLE; or the signal's reason
 */
export async function startBot(
	token: string,
	options: BotOptions,
	services: BotServices,
	signal: AbortSignal = new AbortController().signal,
): Promise<Bot> {
	const { log, publish } = services;
	await using stack = new AsyncDisposableStack();
	const fresh = new Client({
		// Neither intent is privileged: the bot sees who is in voice, no messages and no presence.
		intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates],
		...(options.apiBase === undefined ? {} : { rest: { api: options.apiBase } }),
	});
	stack.defer(() => fresh.destroy());
	fresh.on(Events.Error, (error) => log.error({ error }, 'discord client error'));
	const client = await login(fresh, token, options, signal);
	const lost = lossOf(client);
	const gate = new ConsentGate(services.consents, services.moods);
	await Promise.all(client.guilds.cache.map((guild) => gate.load(guild.id)));
	client.on(Events.GuildCreate, (guild) => {
		gate.load(guild.id).catch((error: unknown) => log.error({ error }, 'consents could not be read'));
	});
	gate.onChange(({ action, guildId, userId }) =>
		publish({ type: 'consent', at: Date.now(), guildId, speakerId: userId, action, version: CONSENT_VERSION }),
	);
	const sessions = stack.use(new Sessions({ ...services, client, gate, bot: options }));
	client.on(Events.InteractionCreate, onInteraction({ ...services, gate, sessions }));
	client.on(Events.VoiceStateUpdate, onVoiceState(sessions, log));
	try {
		await client.application.commands.set(COMMANDS.map(({ data }) => data.toJSON()));
	} catch (error) {
		const reason = `the commands could not be registered (${reasonOf(error)})`;
		throw new SesError('SES_DISCORD_UNREACHABLE', { base: options.apiBase ?? DISCORD_API, reason }, error);
	}
	log.info({ guilds: client.guilds.cache.size, commands: COMMANDS.length }, 'bot is ready');
	const running = stack.move();
	return {
		client,
		sessions,
		lost,
		say: async (channelId, text) => {
			const channel = client.channels.cache.get(channelId);
			if (!channel?.isSendable()) return false;
			try {
				await channel.send({ content: text, allowedMentions: { parse: [] } });
				return true;
			} catch (error) {
				log.warn({ channelId, error }, 'message could not be sent');
				return false;
			}
		},
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}

function lossOf(client: Client): Promise<never> {
	const lost = new Promise<never>((_, reject) => {
		client.once(Events.Invalidated, () => reject(new SesError('SES_TOKEN_REFUSED')));
		// discord.js gives up on a shard only after a close code that no reconnect can mend.
		client.once(Events.ShardDisconnect, ({ code }) =>
			reject(
				code === GatewayCloseCodes.AuthenticationFailed
					? new SesError('SES_TOKEN_REFUSED')
					: new SesError('SES_DISCORD_UNREACHABLE', {
							base: 'its gateway',
							reason: `the connection was closed for good (${code})`,
						}),
			),
		);
	});
	// Whoever runs the bot listens; where nobody does, it is no unhandled rejection.
	lost.catch(() => {});
	return lost;
}

async function login(client: Client, token: string, options: BotOptions, signal: AbortSignal): Promise<Client<true>> {
	const base = options.apiBase ?? DISCORD_API;
	const deadline = AbortSignal.any([signal, AbortSignal.timeout(options.loginDeadlineMs)]);
	const ready = new Promise<void>((resolve, reject) => {
		client.once(Events.ClientReady, () => resolve());
		client.once(Events.Invalidated, () => reject(new SesError('SES_TOKEN_REFUSED')));
		deadline.addEventListener('abort', () =>
			reject(
				signal.aborted
					? signal.reason
					: new SesError('SES_DISCORD_UNREACHABLE', { base, reason: 'the gateway never became ready' }),
			),
		);
	});
	ready.catch(() => {});
	try {
		signal.throwIfAborted();
		await Promise.race([client.login(token), ready]);
		await ready;
		return client as Client<true>;
	} catch (error) {
		if (error instanceof SesError || signal.aborted) throw error;
		if (isRefusal(error)) throw new SesError('SES_TOKEN_REFUSED', {}, error);
		throw new SesError('SES_DISCORD_UNREACHABLE', { base, reason: reasonOf(error) }, error);
	}
}

const isRefusal = (error: unknown): boolean =>
	(error instanceof DiscordjsError && error.code === 'TokenInvalid') ||
	((error instanceof DiscordAPIError || error instanceof HTTPError) && error.status === 401);
