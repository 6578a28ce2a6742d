import { type Client, type GuildBasedChannel, PermissionFlagsBits, type VoiceBasedChannel } from 'discord.js';
import type { AuditStore, Clock, Log, SlowMode } from '../../domain/index.ts';
import { isGone, type Moderator } from '../alerts/index.ts';
import { InTurn } from '../in-turn.ts';
import type { CommunitySettings } from '../setup/community-settings.ts';
import { put } from '../setup/settings.ts';

/** Long enough for tempers to cool, and over before anybody has forgotten about it. */
export const SLOW_MODE_MS = 15 * 60_000;
/** Discord's longest. */
const LONGEST_S = 21_600;
const RETRY_AFTER_MS = 60_000;
const { Connect, ManageChannels, ViewChannel } = PermissionFlagsBits;
/** A voice channel is changed by those only who may enter it. */
const NEEDED = ViewChannel | Connect | ManageChannels;

/** What became of it; `already`: members wait as long there anyway. */
export type SlowModeOutcome =
	| { readonly status: 'started'; readonly until: number }
	| { readonly status: 'gone' | 'forbidden' | 'already' | 'refused' };

export interface SlowModesOptions {
	/** Of the main account. */
	readonly client: Client<true>;
	readonly community: CommunitySettings;
	readonly audit: AuditStore;
	readonly log: Log;
	readonly clock: Clock;
}

/**
 * Slow mode in the chats of voice channels, for a quarter of an hour, because a moderator wants it. What there was
 * before is kept with the community's settings, so that it comes back over a restart, too; a slow mode that
 * somebody has changed meanwhile stays as they left it.
 */
export class SlowModes implements Disposable {
	readonly #options: SlowModesOptions;
	readonly #turns = new InTurn();
	readonly #timers = new Map<string, NodeJS.Timeout>();
	#closed = false;

	constructor(options: SlowModesOptions) {
		this.#options = options;
	}

	/** Whether the bot may change it there. */
	mayIn(guildId: string, channelId: string): boolean {
		const channel = this.#channel(guildId, channelId);
		return channel !== undefined && mayChange(channel);
	}

	start({ guildId, userId }: Moderator, channelId: string, seconds: number): Promise<SlowModeOutcome> {
		return this.#turns.run(guildId, async () => {
			const channel = this.#channel(guildId, channelId);
			if (!channel || !Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_S) return { status: 'gone' };
			if (!mayChange(channel)) return { status: 'forbidden' };
			const beforeS = channel.rateLimitPerUser ?? 0;
			if (beforeS >= seconds) return { status: 'already' };
			const until = this.#options.clock() + SLOW_MODE_MS;
			const slowMode: SlowMode = { channelId, seconds, beforeS, until };
			await this.#log(
				guildId,
				userId,
				channelId,
				`${beforeS} s → ${seconds} s, until ${new Date(until).toISOString()}`,
			);
			// First, so that whatever happens from here on is taken back.
			await this.#keep(guildId, channelId, slowMode);
			try {
				await channel.setRateLimitPerUser(seconds);
			} catch (error) {
				this.#options.log.warn({ error }, 'slow mode could not be turned on');
				await this.#keep(guildId, channelId, undefined);
				return { status: isGone(error) ? 'forbidden' : 'refused' };
			}
			this.#arm(guildId, slowMode, SLOW_MODE_MS);
			return { status: 'started', until };
		});
	}

	/** Takes it back before its time. @returns whether there was one */
	async end({ guildId, userId }: Moderator, channelId: string): Promise<boolean> {
		const slowMode = this.#of(guildId).find((each) => each.channelId === channelId);
		if (slowMode) await this.#restore(guildId, slowMode, userId);
		return slowMode !== undefined;
	}

	/** Sees to those that were turned on before a restart. @param guildId its settings have been read */
	resume(guildId: string): void {
		for (const slowMode of this.#of(guildId)) {
			this.#arm(guildId, slowMode, Math.max(0, slowMode.until - this.#options.clock()));
		}
	}

	/** What is under way is taken back by the next start. */
	[Symbol.dispose](): void {
		this.#closed = true;
		for (const timer of this.#timers.values()) clearTimeout(timer);
		this.#timers.clear();
	}

	#of(guildId: string): readonly SlowMode[] {
		return this.#options.community.of(guildId).slowModes ?? [];
	}

	#channel(guildId: string, channelId: string): VoiceBasedChannel | undefined {
		const found: GuildBasedChannel | undefined = this.#options.client.guilds.cache
			.get(guildId)
			?.channels.cache.get(channelId);
		return found?.isVoiceBased() ? found : undefined;
	}

	#arm(guildId: string, slowMode: SlowMode, delayMs: number): void {
		if (this.#closed) return;
		const key = `${guildId}/${slowMode.channelId}`;
		clearTimeout(this.#timers.get(key));
		const end = () => {
			this.#restore(guildId, slowMode, 'system').catch((error: unknown) => {
				this.#options.log.warn({ error }, 'slow mode could not be taken back, trying again');
				this.#arm(guildId, slowMode, RETRY_AFTER_MS);
			});
		};
		this.#timers.set(key, setTimeout(end, delayMs).unref());
	}

	#restore(guildId: string, { channelId, seconds, beforeS }: SlowMode, actor: string): Promise<void> {
		return this.#turns.run(guildId, async () => {
			const channel = this.#channel(guildId, channelId);
			if (channel && (channel.rateLimitPerUser ?? 0) === seconds) {
				try {
					await channel.setRateLimitPerUser(beforeS);
				} catch (error) {
					if (!isGone(error)) throw error;
					this.#options.log.warn({ error }, 'slow mode may not be taken back any more');
				}
			}
			clearTimeout(this.#timers.get(`${guildId}/${channelId}`));
			this.#timers.delete(`${guildId}/${channelId}`);
			await this.#keep(guildId, channelId, undefined);
			await this.#log(guildId, actor, channelId, `${seconds} s → ${channel?.rateLimitPerUser ?? beforeS} s`);
		});
	}

	async #keep(guildId: string, channelId: string, slowMode: SlowMode | undefined): Promise<void> {
		await this.#options.community.change(guildId, (before) => {
			const others = (before.slowModes ?? []).filter((each) => each.channelId !== channelId);
			const slowModes = slowMode ? [...others, slowMode] : others;
			return put(before, 'slowModes', slowModes.length > 0 ? slowModes : undefined);
		});
	}

	#log(guildId: string, actor: string, subject: string, detail: string): Promise<void> {
		const { audit, clock } = this.#options;
		return audit.add({ guildId, at: clock(), actor, action: 'slow-mode', subject, detail });
	}
}

const mayChange = (channel: VoiceBasedChannel): boolean =>
	channel.permissionsFor(channel.client.user)?.has(NEEDED) === true;
