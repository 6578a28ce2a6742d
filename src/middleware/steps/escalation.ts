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

interface Followed {
	/** When moderators were warned last. */
	lastAt: number;
	/** Whether they were warned of the heat that there is now. */
	alerted: boolean;
}

/**
 * Warns of a channel that is hot: once for as long as it stays so, with reasons, and about the channel
 * rather than a person. Heat that begins within the cooldown and outlasts it is warned of then.
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
	const sessions = new Map<string, Followed>();

	/** The alert that this utterance calls for, if any. */
	const raise = ({ heat, at, result: { sessionId } }: EmotionContext): AlertEvent | undefined => {
		const followed = sessions.get(sessionId) ?? { lastAt: Number.NEGATIVE_INFINITY, alerted: false };
		if (heat?.state !== 'hot') {
			followed.alerted = false;
			return undefined;
		}
		// When it is only still hot, the reasons would not carry an alert.
		if (followed.alerted || !heat.evident || at - followed.lastAt < cooldownMs) return undefined;
		sessions.set(sessionId, { lastAt: at, alerted: true });
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
			if (speakerId === undefined) sessions.delete(sessionId);
		},
	};
}
