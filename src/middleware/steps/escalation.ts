import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Publish } from '../../domain/index.ts';
import type { EmotionStep } from '../context.ts';

export const escalationOptions = z.strictObject({
	mode: z
		.enum(['monitor', 'live'])
		.default('monitor')
		.describe('In monitor mode alerts are kept for review and nobody is called.'),
	cooldownMs: z.number().min(0).default(300_000).describe('At most one alert for a session in this time.'),
});

/** Warns when a channel turns hot: once, with reasons, and about the channel rather than a person. */
export function escalation(publish: Publish, options: z.input<typeof escalationOptions> = {}): EmotionStep {
	const { mode, cooldownMs } = escalationOptions.parse(options);
	const last = new Map<string, number>();
	return {
		name: 'escalation',
		run: async (context, next) => {
			const { heat, at } = context;
			const { sessionId } = context.result;
			const turnedHot = heat?.state === 'hot' && heat.previous !== 'hot';
			if (turnedHot && at - (last.get(sessionId) ?? Number.NEGATIVE_INFINITY) >= cooldownMs) {
				last.set(sessionId, at);
				const { score, contributors, reasons } = heat;
				const alertId = randomUUID().slice(0, 8);
				publish({ type: 'alert', at, alertId, sessionId, mode, score, contributors, reasons });
			}
			await next();
		},
		forget: (sessionId, speakerId) => {
			if (speakerId === undefined) last.delete(sessionId);
		},
	};
}
