import type { APIEmbed } from 'discord-api-types/v10';

export type ChannelKind = 'text' | 'voice' | 'stage';

export interface User {
	readonly id: string;
	/** Unique lower-case name. */
	readonly name: string;
	/** What others see. */
	readonly displayName: string;
	readonly isBot: boolean;
	readonly locale: string;
}

export interface Role {
	readonly id: string;
	readonly name: string;
	readonly permissions: bigint;
	/** Whether everybody may ping those who have it. */
	readonly mentionable: boolean;
}

export interface GuildMember {
	readonly user: User;
	readonly joinedAt: number;
	nick: string | null;
	readonly roles: readonly Role[];
	/** Set by a moderator, not by the member. */
	serverMute: boolean;
	serverDeaf: boolean;
}

export interface Channel {
	readonly id: string;
	readonly guildId: string;
	readonly name: string;
	readonly kind: ChannelKind;
	readonly position: number;
	/** Seconds that members wait between two messages; 0: none. */
	slowModeS: number;
	/** The line under a voice channel's name. */
	voiceStatus: string | null;
	/** 0: none. */
	userLimit: number;
	/** By the id of a role (@everyone's is the server's) or a user. */
	readonly overwrites: Map<string, Overwrite>;
}

/** Permissions of a role or a user in one channel, over those in the server. */
export interface Overwrite {
	readonly kind: 'role' | 'member';
	readonly allow: bigint;
	readonly deny: bigint;
}

export interface VoiceState {
	readonly guildId: string;
	readonly channelId: string;
	readonly userId: string;
	readonly sessionId: string;
	readonly selfMute: boolean;
	readonly selfDeaf: boolean;
}

export interface Guild {
	readonly id: string;
	readonly name: string;
	readonly ownerId: string;
	readonly locale: string;
	readonly everyone: Role;
	/** Those with names that several may have; what an account alone may do is a role of its own. */
	readonly roles: Map<string, Role>;
	readonly channels: Map<string, Channel>;
	readonly members: Map<string, GuildMember>;
	readonly voiceStates: Map<string, VoiceState>;
}

/** A bot account; its application has the same id, as those made since 2016 do. */
export interface BotAccount {
	readonly token: string;
	readonly user: User;
	readonly guildIds: Set<string>;
	/** On top of @everyone's, in every server that invites it. */
	readonly permissions: bigint;
	/** @everyone's permissions that it lacks. */
	readonly denied: bigint;
	/** Whether the application may use the Members, Presences and Message Content intents. */
	readonly privilegedIntents: boolean;
}

export interface Attachment {
	readonly id: string;
	readonly filename: string;
	/** The alt text. */
	readonly description: string | undefined;
	readonly contentType: string;
	readonly bytes: Buffer;
	readonly url: string;
}

/** Who is mentioned in a message, and who is told of it by a ping. */
export interface Mentions {
	/** Ids of members. */
	readonly users: readonly string[];
	/** Ids of roles. */
	readonly roles: readonly string[];
	/** Ids of the members who were pinged when it was posted, in no order. */
	readonly pinged: readonly string[];
}

/** A message as it stood at one moment: an edit makes a new one under the same id. */
export interface Message {
	readonly id: string;
	readonly guildId: string;
	readonly channelId: string;
	readonly authorId: string;
	readonly content: string;
	readonly embeds: readonly APIEmbed[];
	/** As the bot sent them, with the addresses of files that they show. */
	readonly components: readonly unknown[];
	readonly attachments: readonly Attachment[];
	readonly flags: number;
	readonly mentions: Mentions;
	/** Seen by this user only. */
	readonly ephemeralFor: string | undefined;
	/** The interaction that it answers. */
	readonly interactionId: string | undefined;
	/** Milliseconds since the Unix epoch. */
	readonly createdAt: number;
	readonly editedAt: number | undefined;
}
