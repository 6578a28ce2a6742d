import { PermissionFlagsBits } from 'discord-api-types/v10';
import { z } from 'zod';
import { snowflake } from '../snowflake.ts';

const P = PermissionFlagsBits;

/** What @everyone may do in a new Discord server, as far as it matters here. */
export const EVERYONE_PERMISSIONS =
	P.ViewChannel |
	P.SendMessages |
	P.EmbedLinks |
	P.AttachFiles |
	P.ReadMessageHistory |
	P.AddReactions |
	P.UseExternalEmojis |
	P.ChangeNickname |
	P.UseApplicationCommands |
	P.Connect |
	P.Speak |
	P.Stream |
	P.UseVAD |
	P.UseSoundboard |
	P.SetVoiceChannelStatus;

const token = z.string().min(1);
const name = z.string().min(1).max(100);

/** What someone may and may not do in one channel, whatever the server says. */
const overwriteOptions = z.strictObject({
	/** The id of a user or of a role, or everyone. */
	id: z.union([z.literal('@everyone'), snowflake]),
	allow: z.bigint().default(0n),
	deny: z.bigint().default(0n),
});

export const channelOptions = z.strictObject({
	id: snowflake.optional(),
	name,
	kind: z.enum(['text', 'voice', 'stage']).default('text'),
	/** Of a voice channel; 0 is no limit. */
	userLimit: z.int().min(0).max(99).default(0),
	overwrites: z.array(overwriteOptions).default([]),
});

export const roleOptions = z.strictObject({
	id: snowflake.optional(),
	name,
	/** On top of @everyone's. */
	permissions: z.bigint().default(0n),
	/** Whether everybody may ping those who have it. */
	mentionable: z.boolean().default(false),
});

export const guildOptions = z.strictObject({
	id: snowflake.optional(),
	name,
	roles: z.array(roleOptions).default([]),
	/** Preferred locale, such as `en-US`. */
	locale: z.string().default('en-US'),
	channels: z.array(channelOptions).min(1),
});

export const botOptions = z.strictObject({
	id: snowflake.optional(),
	token,
	name: z.string().min(1).max(32).default('bot'),
	/** Names or ids of the servers that it is a member of; all of them by default. */
	guilds: z.array(z.string()).optional(),
	/** On top of @everyone's, as the invitation granted them. */
	permissions: z.bigint().default(0n),
	/** @everyone's permissions that this bot lacks, to test how it copes. */
	denied: z.bigint().default(0n),
	privilegedIntents: z.boolean().default(true),
});

export const memberOptions = z.strictObject({
	id: snowflake.optional(),
	name: z.string().min(1).max(32),
	/** Name or id; the first server by default. */
	guild: z.string().optional(),
	bot: z.boolean().default(false),
	/** On top of @everyone's. */
	permissions: z.bigint().default(0n),
	/** Names or ids of roles of the server. */
	roles: z.array(z.string()).default([]),
	locale: z.string().default('en-US'),
	/** False spares the member's packets for the ears: it speaks but is sent nobody's voice. */
	listens: z.boolean().default(true),
});

export type ChannelOptions = z.input<typeof channelOptions>;
export type GuildOptions = z.input<typeof guildOptions>;
export type BotOptions = z.input<typeof botOptions>;
export type MemberOptions = z.input<typeof memberOptions>;
