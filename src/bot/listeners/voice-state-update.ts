import type { Client, VoiceState } from 'discord.js';
import type { Attendance } from '../attendance/attendance.ts';
import type { Sessions } from '../sessions.ts';

/** Keeps who is heard, and where, in step with who is there, as one of our accounts sees it. */
export function onVoiceState(client: Client<true>, sessions: Sessions, attendance: Attendance) {
	return (before: VoiceState, after: VoiceState): void => {
		if (before.channelId === after.channelId) return;
		const { guild } = after;
		if (after.id === client.user.id) {
			sessions.accountMoved(client, guild.id, after.channelId);
			return;
		}
		// A member whose kind is not known is treated as a bot: not heard, not greeted.
		const bot = after.member?.user.bot ?? true;
		sessions.memberMoved(client, guild.id, { userId: after.id, bot }, after.channelId);
		if (!bot) attendance.look(guild.id);
	};
}
