import { z } from 'zod';
import type { Notifier, Publish } from '../../domain/index.ts';
import type { EmotionContext, EmotionStep } from '../context.ts';

export const replyOptions = z.strictObject({
	enabled: z.boolean().default(true).describe('Whether the bot says anything by itself.'),
	cooldownMs: z.number().min(0).default(20_000).describe('At least this long between two replies in a channel.'),
	perHour: z.int().min(0).default(6).describe('At most this many replies in a channel in an hour.'),
});

/** Which reply a change of heat calls for. */
export type ReplyCause = 'deescalate' | 'cooled';

function replyFor(context: EmotionContext): ReplyCause | undefined {
	const { heat } = context;
	if (!heat || heat.state === heat.previous) return undefined;
	if (heat.state === 'hot') return 'deescalate';
	// "cooling" may still turn; only calm after heat is worth a word.
	if (heat.state === 'calm' && heat.previous === 'cooling') return 'cooled';
	return undefined;
}

const HOUR_MS = 3_600_000;

/**
 * Says something that fits the mood of the channel, seldom enough to stay welcome.
 *
 * @param phrase the reply in the language of the community
 */
export function adaptiveReply(
	notifier: Notifier,
	publish: Publish,
	phrase: (cause: ReplyCause, locale: string) => string,
	options: z.input<typeof replyOptions> = {},
): EmotionStep {
	const { enabled, cooldownMs, perHour } = replyOptions.parse(options);
	const said = new Map<string, number[]>();
	return {
		name: 'adaptive-reply',
		run: async (context, next) => {
			await next();
			const cause = enabled ? replyFor(context) : undefined;
			if (!cause) return;
			const { channelId, locale, at } = context;
			const { sessionId } = context.result;
			const recent = (said.get(sessionId) ?? []).filter((time) => at - time < HOUR_MS);
			if (recent.length >= perHour || at - (recent.at(-1) ?? Number.NEGATIVE_INFINITY) < cooldownMs) return;
			said.set(sessionId, [...recent, at]);
			const text = phrase(cause, locale);
			if (await notifier.say(channelId, text)) publish({ type: 'reply', at, channelId, text, cause, ephemeral: false });
		},
		forget: (sessionId, speakerId) => {
			if (speakerId === undefined) said.delete(sessionId);
		},
	};
}
