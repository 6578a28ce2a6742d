import type { MoodStore } from '../../domain/index.ts';
import type { EmotionStep } from '../context.ts';

/** Keeps what a member's voice said, for `/mood`. */
export const moodRecorder = (moods: MoodStore): EmotionStep => ({
	name: 'mood-recorder',
	run: async ({ result, guildId, channelId, at, signal }, next) => {
		await next();
		if (signal.aborted) return;
		const { model: _, ...kept } = result;
		await moods.record({ ...kept, guildId, channelId, at });
	},
});
