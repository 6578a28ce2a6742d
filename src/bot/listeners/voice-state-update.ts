import type { VoiceState } from 'discord.js';
import type { Log } from '../../domain/index.ts';
import type { Sessions } from '../sessions.ts';

/** Keeps who is heard, and where, in step with who is there. */
export function onVoiceState(sessions: Sessions, log: Log) {
	return (before: VoiceState, after: VoiceState): void => {
		if (before.channelId === after.channelId) return;
		const { guild } = after;
		if (after.id === guild.client.user.id) {
			sessions
				.botMoved(guild.id, after.channel)
				.catch((error: unknown) => log.warn({ error }, 'the bot could not follow where it was moved'));
			return;
		}
		// A member whose kind is not known is treated as a bot: not heard, not greeted.
		const bot = after.member?.user.bot ?? true;
		sessions.memberMoved(guild.id, { userId: after.id, bot }, after.channelId);
	};
}
