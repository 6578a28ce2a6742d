import { type Client, DiscordAPIError, PermissionFlagsBits, type VoiceBasedChannel } from 'discord.js';
import { reasonOf } from '../../domain/index.ts';
import type { ListeningRefusal } from '../setup/community-settings.ts';

/** Why a channel could not be joined: no account is free, none may, connecting failed, or the community does not have it so. */
export type JoinRefusal = 'no-account' | 'forbidden' | 'failed' | ListeningRefusal;

export class JoinError extends Error {
	override readonly name = 'JoinError';
	readonly refusal: JoinRefusal;

	constructor(refusal: JoinRefusal, reason: string = refusal, cause?: unknown) {
		super(reason, cause === undefined ? undefined : { cause });
		this.refusal = refusal;
	}
}

const NEEDED = [
	PermissionFlagsBits.ViewChannel,
	PermissionFlagsBits.Connect,
	PermissionFlagsBits.SendMessages,
	PermissionFlagsBits.EmbedLinks,
];
/** Discord does not answer who may not connect, so that is soon clear. */
const UNLIKELY_MS = 5000;

/** As far as can be told beforehand. */
const lacksPermission = (channel: VoiceBasedChannel): boolean =>
	channel.permissionsFor(channel.client.user)?.has(NEEDED) === false;

function isForbidden(error: unknown): boolean {
	if (error instanceof DiscordAPIError) return error.status === 403;
	return error instanceof Error && isForbidden(error.cause);
}

/** How long connecting may take: less where a permission seems to be missing. */
export const joinDeadlineMs = (channel: VoiceBasedChannel, deadlineMs: number): number =>
	lacksPermission(channel) ? Math.min(deadlineMs, UNLIKELY_MS) : deadlineMs;

/** What went wrong while an account joined `channel`. */
export function joinFailure(error: unknown, channel?: VoiceBasedChannel): JoinError {
	if (error instanceof JoinError) return error;
	const forbidden = isForbidden(error) || (channel !== undefined && lacksPermission(channel));
	return new JoinError(forbidden ? 'forbidden' : 'failed', reasonOf(error), error);
}

/** A voice channel as one account sees it; undefined where it does not, or for any other kind of channel. */
export function voiceChannelOf(client: Client<true> | undefined, channelId: string): VoiceBasedChannel | undefined {
	const channel = client?.channels.cache.get(channelId);
	return channel?.isVoiceBased() ? channel : undefined;
}
