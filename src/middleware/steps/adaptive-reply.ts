import { z } from 'zod';
import { isTimeZone } from '../../domain/index.ts';
import type { EmotionStep } from '../context.ts';
import type { AdaptiveReplies } from '../rules/adaptive-replies.ts';

export const replyOptions = z.strictObject({
	enabled: z.boolean().default(true).describe('Whether the bot says anything by itself.'),
	rulesFile: z
		.string()
		.min(1)
		.optional()
		.describe('When it says what (docs/rules.md); config/rules.yaml when not set. Read anew when it changes.'),
	cooldownMs: z
		.number()
		.min(0)
		.default(20_000)
		.describe('At least this long between two replies in a channel, whichever rules they come from.'),
	perHour: z.int().min(0).default(6).describe('At most this many replies in a channel in an hour.'),
	timeZone: z
		.string()
		.refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
		.default('UTC')
		.describe('By which rules tell the time, for servers that chose none and rules that name none.'),
	privateWebhooks: z
		.boolean()
		.default(false)
		.describe('Whether webhooks of rules may call private addresses, and without TLS there.'),
	generator: z
		.strictObject({
			url: z
				.url({ protocol: /^https?$/ })
				.optional()
				.describe('A program that words replies anew (docs/rules.md); none when not set.'),
			timeoutMs: z.int().min(100).max(30_000).default(3000).describe("After this long the rule's own text is used."),
			secret: z
				.string()
				.regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and at least 24 bytes as base64')
				.optional()
				.describe('What requests to it are signed with (Standard Webhooks).'),
		})
		.prefault({}),
});
export type ReplyOptions = z.output<typeof replyOptions>;

/**
 * Lets the rules answer to what was heard and what the other steps made of it, wherever among them it stands.
 *
 * @param replies without them nothing is said
 */
export const adaptiveReply = (replies?: Pick<AdaptiveReplies, 'heard' | 'forget'>): EmotionStep => ({
	name: 'adaptive-reply',
	run: async (context, next) => {
		await next();
		const { result, guildId, channelId, locale, at, signal, heat, fatigue } = context;
		if (signal.aborted) return;
		const { sessionId, speakerId, label, startMs, endMs, dominantSound } = result;
		await replies?.heard(
			{ sessionId, guildId, channelId, locale },
			{ at, speakerId, label, durationMs: endMs - startMs, sound: dominantSound, fatigue, heat },
			signal,
		);
	},
	forget: (sessionId, speakerId) => replies?.forget(sessionId, speakerId, Date.now()),
});
