import { type Guild, PermissionFlagsBits, Routes, type VoiceBasedChannel } from 'discord.js';
import type { Log } from '../../domain/index.ts';
import { LOCALES, translate } from '../i18n/index.ts';
import type { NoticeOptions } from './options.ts';

/** Discord's limit. */
const NICKNAME_CHARACTERS = 32;
/** Leaving a channel does not wait longer than this for the marks to be taken down. */
const PATIENCE_MS = 1500;

/** What a nickname begins with while the account listens, in every language: one may be left from before a crash. */
const PREFIXES = [...new Set(LOCALES.map((locale) => translate(locale, 'notice.nickname')))];

const prefixOf = (nickname: string | null | undefined): string | undefined =>
	PREFIXES.find((prefix) => nickname?.startsWith(prefix));

/** A nickname is an account's own in each community. */
const keyOf = ({ id, client }: Guild): string => `${client.user.id}/${id}`;

const patience = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, PATIENCE_MS).unref());

/**
 * Shows where everyone looks that an account listens: in its nickname and in the voice channel's status
 * line. Either may be refused for lack of a permission; that is logged once for a community.
 */
export class ListeningMarks {
	readonly #options: NoticeOptions;
	readonly #log: Log;
	/** Nicknames as they were before. */
	readonly #nicknames = new Map<string, string | null>();
	/** Channels whose status line is ours. */
	readonly #statuses = new Set<string>();
	readonly #refused = new Set<string>();
	/** Discord works on one change after the other, and so do we. */
	readonly #turns = new Map<string, Promise<void>>();

	constructor(options: NoticeOptions, log: Log) {
		this.#options = options;
		this.#log = log;
	}

	async show(channel: VoiceBasedChannel, locale: string): Promise<void> {
		await this.#inTurn(channel.guild, () => [this.#rename(channel.guild, locale), this.#setStatus(channel, locale)]);
	}

	/** Puts back what was there before. Has to be called while the account is in the channel still. */
	async hide(channel: VoiceBasedChannel): Promise<void> {
		await Promise.race([
			this.#inTurn(channel.guild, () => [this.#restore(channel.guild), this.#clearStatus(channel)]),
			patience(),
		]);
	}

	/** Takes down a nickname that an earlier run left behind. */
	async tidy(guild: Guild): Promise<void> {
		const nickname = guild.members.me?.nickname;
		const prefix = prefixOf(nickname);
		if (!this.#options.nickname || !nickname || prefix === undefined) return;
		this.#nicknames.set(keyOf(guild), nickname.slice(prefix.length));
		await this.#inTurn(guild, () => [this.#restore(guild)]);
	}

	async #rename(guild: Guild, locale: string): Promise<void> {
		const { me } = guild.members;
		if (!this.#options.nickname || !me || prefixOf(me.nickname) !== undefined) return;
		if (!me.permissions.has(PermissionFlagsBits.ChangeNickname)) {
			this.#refuse(guild, 'nickname');
			return;
		}
		const marked = translate(locale, 'notice.nickname') + me.displayName;
		this.#nicknames.set(keyOf(guild), me.nickname);
		await this.#attempt(guild, 'nickname', () =>
			guild.members.editMe({ nick: [...marked].slice(0, NICKNAME_CHARACTERS).join('') }),
		);
	}

	async #restore(guild: Guild): Promise<void> {
		const before = this.#nicknames.get(keyOf(guild));
		if (before === undefined) return;
		this.#nicknames.delete(keyOf(guild));
		// Whatever a moderator called it in the meantime stands.
		const { me } = guild.members;
		if (!me || (me.nickname !== before && prefixOf(me.nickname) === undefined)) return;
		const nick = before === me.user.username || before === me.user.globalName ? null : before;
		await this.#attempt(guild, 'nickname', () => guild.members.editMe({ nick }));
	}

	async #setStatus(channel: VoiceBasedChannel, locale: string): Promise<void> {
		if (!this.#options.voiceStatus) return;
		const status = translate(locale, 'notice.status');
		if (await this.#attempt(channel.guild, 'voice status', () => putStatus(channel, status))) {
			this.#statuses.add(channel.id);
		}
	}

	async #clearStatus(channel: VoiceBasedChannel): Promise<void> {
		if (!this.#statuses.delete(channel.id)) return;
		await this.#attempt(channel.guild, 'voice status', () => putStatus(channel, ''));
	}

	async #attempt(guild: Guild, mark: string, change: () => Promise<unknown>): Promise<boolean> {
		try {
			await change();
			return true;
		} catch (error) {
			this.#refuse(guild, mark, error);
			return false;
		}
	}

	#refuse(guild: Guild, mark: string, error?: unknown): void {
		const key = `${keyOf(guild)}/${mark}`;
		if (this.#refused.has(key)) return;
		this.#refused.add(key);
		this.#log.warn({ mark, error }, 'mark of listening could not be shown or taken down, going on');
	}

	async #inTurn(guild: Guild, changes: () => Promise<void>[]): Promise<void> {
		const key = keyOf(guild);
		const before = this.#turns.get(key) ?? Promise.resolve();
		const mine = before
			.then(async () => void (await Promise.all(changes())))
			.catch((error: unknown) => this.#log.error({ error }, 'marks of listening could not be changed'));
		this.#turns.set(key, mine);
		await mine;
		if (this.#turns.get(key) === mine) this.#turns.delete(key);
	}
}

/** Documented by Discord, unknown to discord.js 14. An empty text clears it. */
const putStatus = ({ client, id }: VoiceBasedChannel, status: string): Promise<unknown> =>
	client.rest.put(`${Routes.channel(id)}/voice-status`, { body: { status } });
