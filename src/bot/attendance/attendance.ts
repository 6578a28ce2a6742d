import { ChannelType, type Client } from 'discord.js';
import type { Log } from '../../domain/index.ts';
import type { ConsentGate } from '../consent-gate.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { BotOptions } from '../options.ts';
import type { Sessions } from '../sessions.ts';
import type { CommunitySettings } from '../setup/community-settings.ts';
import { Follower } from './follower.ts';
import { Scheduler } from './scheduler.ts';

export interface AttendanceOptions {
	readonly fleet: Fleet;
	readonly sessions: Sessions;
	readonly gate: ConsentGate;
	readonly community: CommunitySettings;
	readonly bot: BotOptions;
	readonly log: Log;
}

/** Brings the bot into channels without a command: behind members who agreed, and by the schedule. */
export class Attendance implements Disposable {
	readonly #options: AttendanceOptions;
	readonly #follower: Follower;
	readonly #scheduler: Scheduler;

	constructor(options: AttendanceOptions) {
		const { sessions, bot, gate, log, community } = options;
		this.#options = options;
		const onFailure = (error: unknown): void => log.error({ error }, 'channel could not be joined or left');
		this.#follower = new Follower({
			...bot.follow,
			join: (guildId, channelId) => sessions.claim(guildId, channelId, 'follow'),
			leave: (guildId, channelId) => sessions.release(guildId, channelId, 'follow'),
			onFailure,
		});
		this.#scheduler = new Scheduler({
			appointments: bot.schedule,
			clock: Date.now,
			join: (guildId, channelId) => sessions.claim(guildId, channelId, 'schedule'),
			leave: (guildId, channelId) => sessions.release(guildId, channelId, 'schedule'),
			onFailure,
		});
		sessions.onDropped((channelId, cause) => {
			this.#follower.dismissed(channelId);
			this.#scheduler.dropped(channelId, cause);
		});
		gate.onChange(({ guildId }) => this.look(guildId));
		community.onChange((guildId) => this.look(guildId));
	}

	/** Follows members in, or no longer, from now on and after a restart. @returns how many it takes */
	async follow(guildId: string, enabled: boolean, minMembers?: number): Promise<number> {
		const { bot, community } = this.#options;
		const { after } = await community.change(guildId, (before) => {
			const chosen = minMembers ?? before.follow?.minMembers ?? bot.follow.minMembers;
			return { ...before, follow: { enabled, minMembers: chosen } };
		});
		return after.follow?.minMembers ?? bot.follow.minMembers;
	}

	/** Someone moved, or agreed, or withdrew: looks at all voice channels of the community. */
	look(guildId: string): void {
		const [observer] = this.#options.fleet.in(guildId);
		if (observer) this.#look(observer, guildId);
	}

	[Symbol.dispose](): void {
		this.#follower[Symbol.dispose]();
		this.#scheduler[Symbol.dispose]();
	}

	#look({ guilds }: Client<true>, guildId: string): void {
		const guild = guilds.cache.get(guildId);
		if (!guild) return;
		const minMembers = this.#minMembers(guildId);
		const consenting = new Map<string, number>();
		for (const { id, channelId, member } of guild.voiceStates.cache.values()) {
			// A member whose kind is not known is treated as a bot.
			if (!channelId || (member?.user.bot ?? true) || !this.#options.gate.mayHear(guildId, id)) continue;
			consenting.set(channelId, (consenting.get(channelId) ?? 0) + 1);
		}
		for (const { id: channelId, type } of guild.channels.cache.values()) {
			// Nobody can speak in the channel for those who are away.
			if (type !== ChannelType.GuildVoice || channelId === guild.afkChannelId) continue;
			const wanted = this.#options.community.refusal(guildId, channelId) ? undefined : minMembers;
			this.#follower.see({ guildId, channelId, minMembers: wanted, consenting: consenting.get(channelId) ?? 0 });
		}
	}

	/** How many members it takes; undefined where nobody is followed. */
	#minMembers(guildId: string): number | undefined {
		const { enabled, guilds, minMembers } = this.#options.bot.follow;
		const chosen = this.#options.community.of(guildId).follow;
		if (chosen) return chosen.enabled ? chosen.minMembers : undefined;
		return enabled || guilds.includes(guildId) ? minMembers : undefined;
	}
}
