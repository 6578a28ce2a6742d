import { ChannelType, MessageFlags, MessageType, OverwriteType } from 'discord-api-types/v10';
import type { Attachment, BotAccount, Channel, Guild, GuildMember, Message, Role, User, VoiceState } from './types.ts';

/** The objects of Discord's API (version 10) as REST and gateway give them. */

const CHANNEL_TYPES = {
	text: ChannelType.GuildText,
	voice: ChannelType.GuildVoice,
	stage: ChannelType.GuildStageVoice,
} as const;

export const apiUser = (user: User) => ({
	id: user.id,
	username: user.name,
	global_name: user.isBot ? null : user.displayName,
	discriminator: user.isBot ? '0001' : '0',
	avatar: null,
	bot: user.isBot,
	system: false,
	banner: null,
	accent_color: null,
	public_flags: 0,
	flags: 0,
});

export const apiMember = (member: GuildMember) => ({
	user: apiUser(member.user),
	nick: member.nick,
	avatar: null,
	banner: null,
	roles: member.roles.map(({ id }) => id),
	joined_at: new Date(member.joinedAt).toISOString(),
	premium_since: null,
	deaf: member.serverDeaf,
	mute: member.serverMute,
	flags: 0,
	pending: false,
	communication_disabled_until: null,
});

export const apiRole = (role: Role, position: number) => ({
	id: role.id,
	name: role.name,
	color: 0,
	colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
	hoist: false,
	icon: null,
	unicode_emoji: null,
	position,
	permissions: role.permissions.toString(),
	managed: false,
	mentionable: role.mentionable,
	flags: 0,
});

export const apiChannel = (channel: Channel) => ({
	id: channel.id,
	guild_id: channel.guildId,
	name: channel.name,
	type: CHANNEL_TYPES[channel.kind],
	position: channel.position,
	parent_id: null,
	permission_overwrites: [...channel.overwrites].map(([id, { kind, allow, deny }]) => ({
		id,
		type: kind === 'role' ? OverwriteType.Role : OverwriteType.Member,
		allow: allow.toString(),
		deny: deny.toString(),
	})),
	nsfw: false,
	rate_limit_per_user: channel.slowModeS,
	last_message_id: null,
	flags: 0,
	...(channel.kind === 'text'
		? { topic: null }
		: { bitrate: 64_000, user_limit: channel.userLimit, rtc_region: null, status: channel.voiceStatus }),
});

export const apiVoiceState = (guild: Guild, state: Omit<VoiceState, 'channelId'> & { channelId: string | null }) => {
	const member = guild.members.get(state.userId);
	return {
		guild_id: state.guildId,
		channel_id: state.channelId,
		user_id: state.userId,
		member: member && apiMember(member),
		session_id: state.sessionId,
		deaf: member?.serverDeaf ?? false,
		mute: member?.serverMute ?? false,
		self_deaf: state.selfDeaf,
		self_mute: state.selfMute,
		self_stream: false,
		self_video: false,
		suppress: false,
		request_to_speak_timestamp: null,
	};
};

export function rolesOf(guild: Guild): Role[] {
	const own = [...guild.members.values()].flatMap(({ roles }) => roles.filter(({ id }) => !guild.roles.has(id)));
	return [guild.everyone, ...guild.roles.values(), ...own];
}

export const apiGuild = (guild: Guild) => ({
	id: guild.id,
	name: guild.name,
	icon: null,
	splash: null,
	discovery_splash: null,
	banner: null,
	description: null,
	owner_id: guild.ownerId,
	afk_channel_id: null,
	afk_timeout: 300,
	verification_level: 0,
	default_message_notifications: 0,
	explicit_content_filter: 0,
	roles: rolesOf(guild).map(apiRole),
	emojis: [],
	stickers: [],
	features: [],
	mfa_level: 0,
	application_id: null,
	system_channel_id: null,
	system_channel_flags: 0,
	rules_channel_id: null,
	public_updates_channel_id: null,
	safety_alerts_channel_id: null,
	max_members: 500_000,
	max_video_channel_users: 25,
	vanity_url_code: null,
	premium_tier: 0,
	premium_subscription_count: 0,
	premium_progress_bar_enabled: false,
	preferred_locale: guild.locale,
	nsfw_level: 0,
	hub_type: null,
});

/** GUILD_CREATE: without the Members intent a bot is told of itself and of those in voice only. */
export function apiGuildCreate(guild: Guild, botId: string, hasMembersIntent: boolean) {
	const visible = [...guild.members.values()].filter(
		({ user }) => hasMembersIntent || user.id === botId || guild.voiceStates.has(user.id),
	);
	return {
		...apiGuild(guild),
		joined_at: new Date(guild.members.get(botId)?.joinedAt ?? 0).toISOString(),
		large: false,
		unavailable: false,
		member_count: guild.members.size,
		members: visible.map(apiMember),
		channels: [...guild.channels.values()].map(apiChannel),
		voice_states: [...guild.voiceStates.values()].map((state) => {
			const { guild_id: _guildId, member: _member, ...rest } = apiVoiceState(guild, state);
			return rest;
		}),
		threads: [],
		presences: [],
		stage_instances: [],
		guild_scheduled_events: [],
		soundboard_sounds: [],
	};
}

export const apiAttachment = (attachment: Attachment) => ({
	id: attachment.id,
	filename: attachment.filename,
	size: attachment.bytes.length,
	url: attachment.url,
	proxy_url: attachment.url,
	content_type: attachment.contentType,
	...(attachment.description !== undefined && { description: attachment.description }),
});

/** @param mentioned those whom it mentions */
export const apiMessage = (message: Message, author: User, mentioned: readonly User[] = []) => ({
	id: message.id,
	channel_id: message.channelId,
	author: apiUser(author),
	content: message.content,
	timestamp: new Date(message.createdAt).toISOString(),
	edited_timestamp: message.editedAt === undefined ? null : new Date(message.editedAt).toISOString(),
	tts: false,
	mention_everyone: false,
	mentions: mentioned.map(apiUser),
	mention_roles: message.mentions.roles,
	attachments: message.attachments.map(apiAttachment),
	embeds: message.embeds,
	components: message.components,
	pinned: false,
	type: message.interactionId === undefined ? MessageType.Default : MessageType.ChatInputCommand,
	flags: message.flags,
	...(author.isBot && { application_id: author.id }),
	...(message.interactionId !== undefined && { webhook_id: author.id }),
});

export const isLoading = (message: Message): boolean => (message.flags & MessageFlags.Loading) !== 0;

/** @param owner the person whose application it is */
export const apiApplication = (bot: BotAccount, owner: User) => ({
	id: bot.user.id,
	name: bot.user.displayName,
	icon: null,
	description: '',
	summary: '',
	bot_public: false,
	bot_require_code_grant: false,
	bot: apiUser(bot.user),
	owner: apiUser(owner),
	verify_key: bot.user.id.padEnd(64, '0'),
	team: null,
	flags: 0,
	approximate_guild_count: bot.guildIds.size,
	interactions_endpoint_url: null,
	redirect_uris: [],
	tags: [],
});
