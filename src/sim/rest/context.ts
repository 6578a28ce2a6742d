import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { EventLog } from '../events.ts';
import type { SessionStarts } from '../gateway/index.ts';
import type { BotAccount, Channel, Guild, GuildMember, World } from '../model/index.ts';
import {
	type Channels,
	type CommandRegistry,
	type Dispatcher,
	type InteractionDesk,
	type MessageBoard,
	refusals,
	type VoiceStates,
} from '../service/index.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RestRules } from './rules.ts';

/** What the routes work on. */
export interface RestContext {
	readonly world: World;
	readonly dispatcher: Dispatcher;
	readonly events: EventLog;
	readonly commands: CommandRegistry;
	readonly interactions: InteractionDesk;
	readonly board: MessageBoard;
	readonly channels: Channels;
	readonly voiceStates: VoiceStates;
	/** Known once the gateway listens. */
	readonly gatewayUrl: () => string;
	/** What GET /gateway/bot recommends one shard for. */
	readonly guildsPerShard: number;
	readonly starts: SessionStarts;
	readonly limits: RateLimits;
	readonly rules: RestRules;
}

export function requireGuild({ world }: RestContext, bot: BotAccount, guildId: string | undefined): Guild {
	const guild = world.guilds.get(guildId ?? '');
	if (guild === undefined) throw refusals.unknownGuild();
	if (!bot.guildIds.has(guild.id)) throw refusals.missingAccess();
	return guild;
}

export function requireMember(guild: Guild, bot: BotAccount, userId: string | undefined): GuildMember {
	const member = guild.members.get(userId === '@me' ? bot.user.id : (userId ?? ''));
	if (member === undefined) throw refusals.unknownMember();
	return member;
}

export function requireChannel({ world }: RestContext, bot: BotAccount, channelId: string | undefined): Channel {
	const channel = world.findChannel(channelId ?? '');
	if (channel === undefined) throw refusals.unknownChannel();
	const isVisible = world.mayIn(channel, bot.user.id, PermissionFlagsBits.ViewChannel);
	if (!bot.guildIds.has(channel.guildId) || !isVisible) throw refusals.missingAccess();
	return channel;
}

/** @throws ApiError 50013 when the bot lacks one of `permissions` in the channel */
export function requireChannelPermissions(
	{ world }: RestContext,
	channel: Channel,
	bot: BotAccount,
	permissions: bigint,
): void {
	if (!world.mayIn(channel, bot.user.id, permissions)) throw refusals.missingPermissions();
}

/** @throws ApiError 50013 when the bot lacks one of `permissions` in the server */
export function requirePermissions(
	{ world }: RestContext,
	guildId: string,
	bot: BotAccount,
	permissions: bigint,
): void {
	if (!world.may(world.guild(guildId), bot.user.id, permissions)) throw refusals.missingPermissions();
}
