import type { MoodStore } from '../../domain/index.ts';
import type { EmotionStep } from '../context.ts';

/**
 * Keeps what a member's voice said, for `/mood`. At once: what the steps behind it have to say to
 * Discord may take long, and a member may withdraw or the program end meanwhile.
 */
export const moodRecorder = (moods: Pick<MoodStore, 'record'>): EmotionStep => ({
	name: 'mood-recorder',
	run: async ({ result, guildId, channelId, at, signal }, next) => {
		if (signal.aborted) return;
		const { model, unsureReason, events, dominantSound, prosody, ...kept } = result;
		await moods.record({ ...kept, guildId, channelId, at });
		// Withdrawn while it was being recorded: the steps behind have forgotten the speaker already.
		if (!signal.aborted) await next();
	},
});
