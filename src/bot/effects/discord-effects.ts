import {
	type ActionRowBuilder,
	type ButtonBuilder,
	type GuildTextBasedChannel,
	type Message,
	type MessageCreateOptions,
	PermissionFlagsBits,
} from 'discord.js';
import type { EffectEmbed, EffectPlace, Effects, Log } from '../../domain/index.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { translate } from '../i18n/index.ts';
import { slowModeButton } from '../moderation/slow-mode-buttons.ts';
import type { SlowModes } from '../moderation/slow-modes.ts';
import type { Sessions } from '../sessions.ts';
import { playPackets } from './play.ts';

export interface DiscordEffectsOptions {
	readonly fleet: Pick<Fleet, 'clients'>;
	readonly sessions: Pick<Sessions, 'get'>;
	/** Says something to the moderators of a community. @returns whether it was said */
	tell(guildId: string, content: string, components: readonly ActionRowBuilder<ButtonBuilder>[]): Promise<boolean>;
	readonly slowModes: Pick<SlowModes, 'mayIn'>;
	readonly log: Log;
}

const {
	AddReactions,
	EmbedLinks,
	ReadMessageHistory,
	SendMessages,
	Speak,
	UseExternalSounds,
	UseSoundboard,
	ViewChannel,
} = PermissionFlagsBits;

const DEFAULT_COLOUR = 0x3b82f6;
/** How far back a message of the bot's own is looked for. */
const LAST_MESSAGES = 50;

const ALLOWED = { allowedMentions: { parse: [] } } as const;

/**
 * What the bot does on Discord for a rule. Whatever it may not or cannot do is logged once for a channel,
 * until it works again.
 */
export class DiscordEffects implements Omit<Effects, 'call'>, Disposable {
	readonly #options: DiscordEffectsOptions;
	/** The last message of ours in a channel. */
	readonly #last = new Map<string, Message>();
	readonly #failing = new Set<string>();
	/** Communities in which something is being played. */
	readonly #playing = new Set<string>();
	readonly #closing = new AbortController();

	constructor(options: DiscordEffectsOptions) {
		this.#options = options;
	}

	say(channelId: string, text: string): Promise<boolean> {
		return this.#post('message', channelId, SendMessages, { content: text });
	}

	embed(channelId: string, { title, text, colour = DEFAULT_COLOUR }: EffectEmbed): Promise<boolean> {
		const embed = { description: text, color: colour, ...(title !== undefined && { title }) };
		return this.#post('embed', channelId, SendMessages | EmbedLinks, { embeds: [embed] });
	}

	react(channelId: string, emoji: string): Promise<boolean> {
		return this.#attempt('reaction', channelId, async () => {
			const [channel] = this.#channels(channelId, AddReactions | ReadMessageHistory);
			if (!channel) return 'forbidden';
			const message = this.#last.get(channelId) ?? (await this.#lookUp(channel));
			if (!message) return 'no-message';
			await message.react(emoji);
			return 'done';
		});
	}

	suggestSlowMode({ guildId, channelId, locale }: EffectPlace, seconds: number): Promise<boolean> {
		return this.#attempt('slow mode', channelId, async () => {
			const content = translate(locale, 'reply.slow-mode', { channel: `<#${channelId}>`, seconds });
			const { slowModes, tell } = this.#options;
			// Where the bot may not change it, moderators are told how they do it themselves.
			const buttons = slowModes.mayIn(guildId, channelId) ? [slowModeButton(channelId, seconds, locale)] : [];
			return (await tell(guildId, content, buttons)) ? 'done' : 'no-moderators';
		});
	}

	soundboard({ guildId, channelId }: EffectPlace, soundId: string, from?: string): Promise<boolean> {
		return this.#attempt('soundboard', channelId, async () => {
			const channel = this.#options.sessions.get(guildId, channelId)?.channel;
			if (!channel) return 'not-in-channel';
			const isForeign = from !== undefined && from !== guildId;
			const needed = Speak | UseSoundboard | (isForeign ? UseExternalSounds : 0n);
			if (channel.permissionsFor(channel.client.user)?.has(needed) !== true) return 'forbidden';
			const body = { sound_id: soundId, ...(isForeign && { source_guild_id: from }) };
			await channel.client.rest.post(`/channels/${channelId}/send-soundboard-sound`, { body });
			return 'done';
		});
	}

	play({ guildId, channelId }: EffectPlace, packets: readonly Uint8Array[]): Promise<boolean> {
		return this.#attempt('sound', channelId, async () => {
			const channel = this.#options.sessions.get(guildId, channelId)?.channel;
			if (!channel) return 'not-in-channel';
			const accountId = channel.client.user.id;
			if (channel.permissionsFor(accountId)?.has(Speak) !== true) return 'forbidden';
			// Two at a time would cut each other off.
			const key = `${accountId}/${guildId}`;
			if (this.#playing.has(key)) return 'busy';
			this.#playing.add(key);
			try {
				return (await playPackets(guildId, accountId, packets, this.#closing.signal)) ? 'done' : 'unheard';
			} finally {
				this.#playing.delete(key);
			}
		});
	}

	/** Stops what is being played. */
	[Symbol.dispose](): void {
		this.#closing.abort(new Error('the bot is ending'));
	}

	#post(what: string, channelId: string, rights: bigint, message: MessageCreateOptions): Promise<boolean> {
		return this.#attempt(what, channelId, async () => {
			const [channel] = this.#channels(channelId, rights);
			if (!channel) return 'forbidden';
			this.#last.set(channelId, await channel.send({ ...message, ...ALLOWED }));
			return 'done';
		});
	}

	/** The channel as those of our accounts see it that have these rights there. */
	#channels(channelId: string, rights: bigint): GuildTextBasedChannel[] {
		return this.#options.fleet.clients.flatMap(({ channels, user }) => {
			const channel = channels.cache.get(channelId);
			if (!channel?.isTextBased() || channel.isDMBased()) return [];
			return channel.permissionsFor(user)?.has(ViewChannel | rights) ? [channel] : [];
		});
	}

	/** The last message of one of our accounts, from before this process began, such as the notice. */
	async #lookUp(channel: GuildTextBasedChannel): Promise<Message | undefined> {
		const ours = new Set(this.#options.fleet.clients.map(({ user }) => user.id));
		const messages = await channel.messages.fetch({ limit: LAST_MESSAGES, cache: false });
		return messages.find(({ author }) => ours.has(author.id));
	}

	/** @param act says what became of it; a throw is a failure, too */
	async #attempt(what: string, channelId: string, act: () => Promise<string>): Promise<boolean> {
		const key = `${what}/${channelId}`;
		let outcome: string;
		let failure: unknown;
		try {
			outcome = await act();
		} catch (error) {
			outcome = 'refused';
			failure = error;
			// It may have been deleted.
			if (what === 'reaction') this.#last.delete(channelId);
		}
		if (outcome === 'done') {
			this.#failing.delete(key);
			return true;
		}
		if (!this.#failing.has(key) && !this.#closing.signal.aborted) {
			this.#failing.add(key);
			const values = { what, outcome, ...(failure !== undefined && { error: failure }) };
			this.#options.log.warn(values, 'a rule could not do what it says, going on');
		}
		return false;
	}
}
