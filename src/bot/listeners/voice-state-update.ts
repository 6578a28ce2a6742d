import type { VoiceState } from 'discord.js';
import type { Sessions } from '../sessions.ts';

/** Keeps who is heard in step with who is there. */
export function onVoiceState(sessions: Sessions) {
	return (before: VoiceState, after: VoiceState): void => {
		if (before.channelId === after.channelId) return;
		// A member whose kind is not known is treated as a bot: not heard, not greeted.
		const bot = after.member?.user.bot ?? true;
		sessions.memberMoved(after.guild.id, { userId: after.id, bot }, after.channelId);
	};
}
