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
import { listen } from './listen.ts';

export const DISCORD_API = 'https://discord.com/api';

/** Neither is privileged: the bot sees who is in voice, no messages and no presence. */
const INTENTS = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates];

/** The token of an account to log in, or a client that somebody else logs in and keeps. */
export type AccountSource = string | Client;

/** A bot account that is logged in. */
export interface Account extends AsyncDisposable {
	readonly client: Client<true>;
	/** Rejects when Discord ends the account's session for good: a token that was reset, a bot that was banned. */
	readonly lost: Promise<never>;
}

/** @throws {SesError} as {@link logIn} and {@link borrow} */
export const openAccount = (source: AccountSource, options: BotOptions, log: Log, signal: AbortSignal) =>
	typeof source === 'string' ? logIn(source, options, log, signal) : borrow(source, options, signal);

/**
 * Logs an account in, with as many shards as Discord recommends or the options say.
 *
 * @param signal ends the attempt
 * @throws {SesError} SES_TOKEN_REFUSED, SES_DISCORD_UNREACHABLE; or the signal's reason
 */
async function logIn(token: string, options: BotOptions, log: Log, signal: AbortSignal): Promise<Account> {
	await using stack = new AsyncDisposableStack();
	const fresh = new Client({
		intents: INTENTS,
		...shardingOf(options),
		...(options.apiBase === undefined ? {} : { rest: { api: options.apiBase } }),
	});
	stack.defer(() => fresh.destroy());
	fresh.on(Events.Error, (error) => log.error({ error }, 'discord client error'));
	const lost = lossOf(fresh, stack);
	const client = await ready(fresh, token, lost, options, signal);
	const running = stack.move();
	return { client, lost, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/**
 * An account of somebody else's client: it is waited for until it is ready, and goes on when we end.
 *
 * @throws {SesError} SES_CLIENT_UNUSABLE; or the signal's reason
 */
async function borrow(lent: Client, { loginDeadlineMs }: BotOptions, signal: AbortSignal): Promise<Account> {
	await using stack = new AsyncDisposableStack();
	const missing = lent.options.intents.missing(INTENTS);
	if (missing.length > 0) {
		throw new SesError('SES_CLIENT_UNUSABLE', { reason: `it lacks the intents ${missing.join(', ')}` });
	}
	const lost = lossOf(lent, stack);
	const client = await loggedIn(lent, lost, AbortSignal.any([signal, AbortSignal.timeout(loginDeadlineMs)]));
	if (!client) {
		signal.throwIfAborted();
		throw new SesError('SES_CLIENT_UNUSABLE', { reason: `it was not ready within ${loginDeadlineMs / 1000} s` });
	}
	const running = stack.move();
	return { client, lost, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** @returns undefined when it was not ready before `signal` aborted */
async function loggedIn(client: Client, lost: Promise<never>, signal: AbortSignal): Promise<Client<true> | undefined> {
	if (client.isReady()) return client;
	const { promise, resolve } = Promise.withResolvers<void>();
	using stack = new DisposableStack();
	stack.defer(listen(client, Events.ClientReady, () => resolve()));
	const onAbort = (): void => resolve();
	signal.addEventListener('abort', onAbort, { once: true });
	stack.defer(() => signal.removeEventListener('abort', onAbort));
	await Promise.race([promise, lost]);
	return client.isReady() ? client : undefined;
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
function lossOf(client: Client, stack: AsyncDisposableStack): Promise<never> {
	const lost = new Promise<never>((_, reject) => {
		stack.defer(listen(client, Events.Invalidated, () => reject(new SesError('SES_TOKEN_REFUSED'))));
		stack.defer(listen(client, Events.ShardDisconnect, ({ code }) => reject(closedForGood(code))));
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
