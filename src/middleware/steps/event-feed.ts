import type { Publish } from '../../domain/index.ts';
import type { EmotionStep } from '../context.ts';

/** Tells the feed what each voice said, as it stands behind the gates. */
export const eventFeed = (publish: Publish): EmotionStep => ({
	name: 'event-feed',
	run: async ({ result, at }, next) => {
		publish({ type: 'emotion', at, ...result });
		await next();
	},
});
