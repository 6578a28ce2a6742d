import { setTimeout as delay } from 'node:timers/promises';
import type { VoiceBasedChannel } from 'discord.js';
import { JoinError } from './join-error.ts';

/** Discord tells of a leave within a fraction of this. */
const DEADLINE_MS = 5000;
const POLL_MS = 25;

/**
 * Waits until no other of our accounts is in a channel, as the account sees it that `channel` was read
 * with: accounts speak to Discord on connections of their own, so that a successor's join could
 * overtake its predecessor's leave.
 *
 * @throws {JoinError} when one stays; or the signal's reason
 */
export async function vacated(
	channel: VoiceBasedChannel,
	accountIds: readonly string[],
	signal: AbortSignal,
	deadlineMs = DEADLINE_MS,
): Promise<void> {
	const { client, guild } = channel;
	const others = accountIds.filter((accountId) => accountId !== client.user.id);
	const isTaken = (): boolean =>
		others.some((accountId) => guild.voiceStates.cache.get(accountId)?.channelId === channel.id);
	const deadline = performance.now() + deadlineMs;
	while (isTaken()) {
		if (performance.now() > deadline) throw new JoinError('failed', 'another of my accounts is there already');
		await delay(POLL_MS, undefined, { signal });
	}
}
