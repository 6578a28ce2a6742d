import { type Client, Events, type Guild } from 'discord.js';
import { type Log, SesError } from '../../domain/index.ts';
import type { BotOptions } from '../options.ts';
import { type Account, type AccountSource, openAccount } from './account.ts';
import { listen } from './listen.ts';

/** What becomes of accounts, as those who work with them hear of it. */
export interface FleetListener {
	/** The account is in the community from now on. */
	joined(accountId: string, guild: Guild): void;
	/** The account is out of one community, or of all when its session is over. */
	gone(accountId: string, guildId?: string): void;
}

/** An account and its place among the tokens, counted from one: what the log calls it. */
interface Numbered {
	readonly number: number;
	readonly account: Account;
}

const codeOf = (error: unknown): string => (error instanceof SesError ? error.code : 'unexpected');

/**
 * The bot's accounts. The main one answers commands and stands for the bot; the others listen, since
 * Discord gives an account one voice connection for each community.
 */
export class Fleet implements AsyncDisposable {
	readonly main: Client<true>;
	/** Rejects when the main account's session is over. */
	readonly lost: Promise<never>;
	readonly #log: Log;
	/** By account id, the main one first. */
	readonly #accounts = new Map<string, Numbered>();
	readonly #listening = new DisposableStack();

	private constructor(main: Account, others: readonly Numbered[], log: Log) {
		this.main = main.client;
		this.lost = main.lost;
		this.#log = log;
		for (const each of [{ number: 1, account: main }, ...others]) this.#accounts.set(each.account.client.user.id, each);
	}

	/**
	 * Logs all accounts in. One of the others that cannot is left out and logged.
	 *
	 * @param sources the main account's first
	 * @throws {SesError} SES_TOKEN_REFUSED, SES_DISCORD_UNREACHABLE, SES_CLIENT_UNUSABLE for the main account; or
	 *   the signal's reason
	 */
	static async logIn(
		sources: readonly AccountSource[],
		options: BotOptions,
		log: Log,
		signal: AbortSignal,
	): Promise<Fleet> {
		await using stack = new AsyncDisposableStack();
		const [mainSource, ...otherSources] = sources;
		if (mainSource === undefined) throw new SesError('SES_TOKEN_MISSING');
		const main = stack.use(await openAccount(mainSource, options, log, signal));
		const attempts = await Promise.allSettled(
			otherSources.map(async (source) => stack.use(await openAccount(source, options, log, signal))),
		);
		signal.throwIfAborted();
		const others: Numbered[] = [];
		const known = new Set([main.client.user.id]);
		for (const [index, attempt] of attempts.entries()) {
			const number = index + 2;
			if (attempt.status === 'rejected') {
				const { reason: error } = attempt;
				log.error(
					{ account: number, code: codeOf(error), error },
					'account could not be logged in, going on without it',
				);
			} else if (known.has(attempt.value.client.user.id)) {
				log.error({ account: number }, 'account is one that is logged in already, going on without it');
				await attempt.value[Symbol.asyncDispose]();
			} else {
				known.add(attempt.value.client.user.id);
				others.push({ number, account: attempt.value });
			}
		}
		stack.move();
		return new Fleet(main, others, log);
	}

	/** Ids of all accounts whose session lives, the main one first. */
	get accountIds(): string[] {
		return [...this.#accounts.keys()];
	}

	get clients(): Client<true>[] {
		return [...this.#accounts.values()].map(({ account }) => account.client);
	}

	client(accountId: string): Client<true> | undefined {
		return this.#accounts.get(accountId)?.account.client;
	}

	/** Those in a community, the main one first. */
	in(guildId: string): Client<true>[] {
		return this.clients.filter(({ guilds }) => guilds.cache.has(guildId));
	}

	/** Whether the main account is in the community: without it nobody there could command the bot. */
	serves(guildId: string): boolean {
		return this.main.guilds.cache.has(guildId);
	}

	/** Tells of what changes from now on. */
	watch(listener: FleetListener): void {
		for (const [accountId, { number, account }] of this.#accounts) {
			const { client, lost } = account;
			this.#listening.defer(listen(client, Events.GuildCreate, (guild) => listener.joined(accountId, guild)));
			this.#listening.defer(listen(client, Events.GuildDelete, ({ id }) => listener.gone(accountId, id)));
			if (client === this.main) continue;
			lost.catch(async (error: unknown) => {
				this.#log.error({ account: number, code: codeOf(error), error }, 'account is lost');
				this.#accounts.delete(accountId);
				listener.gone(accountId);
				await client.destroy().catch((failure: unknown) => this.#log.warn({ error: failure }, 'account not closed'));
			});
		}
	}

	/** Says something in a channel with the first account that can. @returns whether it was said */
	async say(channelId: string, content: string): Promise<boolean> {
		for (const { channels } of this.clients) {
			const channel = channels.cache.get(channelId);
			if (!channel?.isSendable()) continue;
			try {
				await channel.send({ content, allowedMentions: { parse: [] } });
				return true;
			} catch (error) {
				this.#log.warn({ error }, 'message could not be sent');
			}
		}
		return false;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#listening.dispose();
		await Promise.all([...this.#accounts.values()].map(({ account }) => account[Symbol.asyncDispose]()));
	}
}
