import {
	Client,
	DiscordAPIError,
	DiscordjsError,
	Events,
	GatewayCloseCodes,
	GatewayIntentBits,
	HTTPError,
} from 'discord.js';
import { type Log, reasonOf, SesError } from '../../domain/index.ts';
import type { BotOptions } from '../options.ts';

export const DISCORD_API = 'https://discord.com/api';

/** A bot account that is logged in. */
export interface Account extends AsyncDisposable {
	readonly client: Client<true>;
	/** Rejects when Discord ends the account's session for good: a token that was reset, a bot that was banned. */
	readonly lost: Promise<never>;
}

/**
 * Logs an account in, with as many shards as Discord recommends or the options say.
 *
 * @param signal ends the attempt
 * @throws {SesError} SES_TOKEN_REFUSED, SES_DISCORD_UNREACHABLE; or the signal's reason
 */
export async function logIn(token: string, options: BotOptions, log: Log, signal: AbortSignal): Promise<Account> {
	await using stack = new AsyncDisposableStack();
	const fresh = new Client({
		// Neither intent is privileged: the bot sees who is in voice, no messages and no presence.
		intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates],
		...shardingOf(options),
		...(options.apiBase === undefined ? {} : { rest: { api: options.apiBase } }),
	});
	stack.defer(() => fresh.destroy());
	fresh.on(Events.Error, (error) => log.error({ error }, 'discord client error'));
	const lost = lossOf(fresh);
	const client = await ready(fresh, token, lost, options, signal);
	const running = stack.move();
	return { client, lost, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** discord.js reads a lone number as the id of one shard, so that the ids are always spelt out. */
function shardingOf({ shards, shardIds }: BotOptions) {
	if (shards === 'auto') return { shards };
	return { shards: shardIds ?? Array.from({ length: shards }, (_, id) => id), shardCount: shards };
}

/** What a close code that no reconnect can mend means for whoever runs the bot. */
const closedForGood = (code: number): SesError =>
	code === GatewayCloseCodes.AuthenticationFailed
		? new SesError('SES_TOKEN_REFUSED')
		: new SesError('SES_DISCORD_UNREACHABLE', {
				base: 'its gateway',
				reason: `the connection was closed for good (${code})`,
			});

/** discord.js gives up on a shard only after such a code, or when the session is invalid for good. */
function lossOf(client: Client): Promise<never> {
	const lost = new Promise<never>((_, reject) => {
		client.once(Events.Invalidated, () => reject(new SesError('SES_TOKEN_REFUSED')));
		client.once(Events.ShardDisconnect, ({ code }) => reject(closedForGood(code)));
	});
	// Whoever runs the bot listens; where nobody does, it is no unhandled rejection.
	lost.catch(() => {});
	return lost;
}

async function ready(
	client: Client,
	token: string,
	lost: Promise<never>,
	options: BotOptions,
	signal: AbortSignal,
): Promise<Client<true>> {
	const base = options.apiBase ?? DISCORD_API;
	const neverReady = new SesError('SES_DISCORD_UNREACHABLE', { base, reason: 'the gateway never became ready' });
	const up = new Promise<void>((resolve) => void client.once(Events.ClientReady, () => resolve()));
	const late = Promise.withResolvers<never>();
	// Discord lets shards in one after the other, five seconds apart: each that is up renews the deadline.
	const deadline = setTimeout(() => late.reject(neverReady), options.loginDeadlineMs);
	const renew = (): void => void deadline.refresh();
	const onAbort = (): void => late.reject(signal.reason);
	client.on(Events.ShardReady, renew);
	signal.addEventListener('abort', onAbort, { once: true });
	try {
		signal.throwIfAborted();
		await Promise.race([Promise.all([client.login(token), up]), late.promise, lost]);
		return client as Client<true>;
	} catch (error) {
		if (error instanceof SesError || signal.aborted) throw error;
		if (isRefusal(error)) throw new SesError('SES_TOKEN_REFUSED', {}, error);
		throw new SesError('SES_DISCORD_UNREACHABLE', { base, reason: reasonOf(error) }, error);
	} finally {
		clearTimeout(deadline);
		client.off(Events.ShardReady, renew);
		signal.removeEventListener('abort', onAbort);
	}
}

const isRefusal = (error: unknown): boolean =>
	(error instanceof DiscordjsError && error.code === 'TokenInvalid') ||
	((error instanceof DiscordAPIError || error instanceof HTTPError) && error.status === 401);
