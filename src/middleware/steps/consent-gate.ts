import type { EmotionStep } from '../context.ts';

/** Stops the result of a speaker who withdrew while it was under way. The outermost step. */
export const consentGate = (): EmotionStep => ({
	name: 'consent-gate',
	run: async (context, next) => {
		if (!context.signal.aborted) await next();
	},
});
