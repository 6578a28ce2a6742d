import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AlertEvent, Notifier, Publish } from '../../domain/index.ts';
import type { EmotionContext, EmotionStep } from '../context.ts';

export const escalationOptions = z
	.strictObject({
		mode: z
			.enum(['monitor', 'live'])
			.default('monitor')
			.describe('In monitor mode an alert is on the event feed only and nobody is called.'),
		alertChannelId: z
			.string()
			.regex(/^\d{17,20}$/, 'must be the id of a channel')
			.optional()
			.describe('Where moderators are called in live mode: the id of a channel, in quotes.'),
		cooldownMs: z.number().min(0).default(300_000).describe('At most one alert for a session in this time.'),
	})
	.refine(({ mode, alertChannelId }) => mode === 'monitor' || alertChannelId !== undefined, {
		path: ['alertChannelId'],
		message: 'is needed in live mode',
	});

/**
 * Warns when a channel turns hot: once, with reasons, and about the channel rather than a person.
 *
 * @param phrase the message to moderators in the language of the community
 */
export function escalation(
	notifier: Notifier,
	publish: Publish,
	phrase: (alert: AlertEvent, context: EmotionContext) => string,
	options: z.input<typeof escalationOptions> = {},
): EmotionStep {
	const { mode, alertChannelId, cooldownMs } = escalationOptions.parse(options);
	const last = new Map<string, number>();

	/** The alert that this utterance calls for, if any. */
	const raise = ({ heat, at, result: { sessionId } }: EmotionContext): AlertEvent | undefined => {
		if (heat?.state !== 'hot' || heat.previous === 'hot') return undefined;
		if (at - (last.get(sessionId) ?? Number.NEGATIVE_INFINITY) < cooldownMs) return undefined;
		last.set(sessionId, at);
		const { score, contributors, reasons } = heat;
		return { type: 'alert', at, alertId: randomUUID().slice(0, 8), sessionId, mode, score, contributors, reasons };
	};

	return {
		name: 'escalation',
		run: async (context, next) => {
			const alert = raise(context);
			if (alert) publish(alert);
			await next();
			if (alert?.mode === 'live' && alertChannelId) await notifier.say(alertChannelId, phrase(alert, context));
		},
		forget: (sessionId, speakerId) => {
			if (speakerId === undefined) last.delete(sessionId);
		},
	};
}
