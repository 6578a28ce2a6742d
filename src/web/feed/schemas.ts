import { z } from 'zod';
import { EMOTIONS, type ReplyAction } from '../../domain/index.ts';
import { FEED_TYPES, FEED_VERSION } from './types.ts';

const share = z.number().min(0).max(1);
const axis = z.number().min(-1).max(1);
const count = z.int().min(0);
const sessionId = z.string().describe('One stay of the bot in one voice channel.');
const channelId = z.string();
const label = z.enum([...EMOTIONS, 'unsure']);

const speaker = z.string().describe('Pseudonym of a speaker, drawn at random for one voice session.');
const speakerId = z.string().optional().describe("The platform's id of the member; with the scope feed:speakers only.");

export const reasonSchema = z.object({ code: z.string(), points: z.number(), text: z.string() });
export const heatStateSchema = z.enum(['calm', 'warm', 'hot', 'cooling']);
export const replyActionSchema = z
	.enum(['message', 'embed', 'reaction', 'slowMode', 'soundboard', 'play', 'webhook'])
	.describe('What the bot did, by the word that rules have for it.') satisfies z.ZodType<ReplyAction>;
export const receptionSchema = z.object({
	heard: count,
	lost: count,
	late: count,
	duplicate: count,
	undecryptable: count,
	concealed: count,
	recovered: count,
	dropped: count,
});

const emotion = z.object({
	sessionId,
	channelId,
	speaker,
	speakerId,
	utteranceId: z.string(),
	startMs: z.number().describe('Since the start of the session.'),
	endMs: z.number(),
	label: label.describe('`unsure` is an answer.'),
	unsureReason: z.string().optional(),
	confidence: share.describe('Calibrated probability of the likeliest class.'),
	valence: axis,
	arousal: axis,
	probabilities: z.record(z.enum(EMOTIONS), share),
	dominantSound: z.string().optional().describe('A sound that was likelier than speech.'),
});

export const DATA = {
	session: z.object({ status: z.enum(['started', 'ended']), sessionId, channelId }),
	emotion,
	partial: emotion.extend({
		sequence: z.int().min(1).describe('1, 2, 3 … within the utterance; void once its `emotion` has come.'),
	}),
	mood: z.object({
		sessionId,
		channelId,
		from: z.number().describe('Milliseconds since the Unix epoch, inclusive.'),
		to: z.number().describe('Exclusive.'),
		status: z.enum(['shown', 'suppressed']),
		reason: z.string().optional().describe('Why it is suppressed.'),
		atLeast: count.describe('Fewest contributors that figures are shown for.'),
		contributorsAtLeast: count.optional().describe('atLeast, or twice, four times … as many.'),
		valence: axis.optional().describe('In steps of 0.1.'),
		arousal: axis.optional(),
		labels: z
			.partialRecord(label, share)
			.optional()
			.describe('Shares, in steps of 0.1, of the labels that at least so many contributors showed.'),
	}),
	heat: z.object({
		sessionId,
		channelId,
		state: heatStateSchema,
		score: share,
		contributors: count,
		reasons: z.array(reasonSchema),
	}),
	alert: z.object({
		alertId: z.string(),
		sessionId,
		channelId,
		mode: z.enum(['monitor', 'live']),
		held: z.string().optional().describe('Why nobody is called although the server is in live mode.'),
		score: share,
		contributors: count,
		reasons: z.array(reasonSchema),
	}),
	reply: z.object({
		sessionId,
		channelId,
		rule: z.string().describe('Name of the rule that fired.'),
		action: replyActionSchema,
	}),
	consent: z.object({
		action: z.enum(['given', 'withdrawn']),
		version: count.describe('Of the notice.'),
		speakers: z
			.array(speaker)
			.describe('With a withdrawal: pseudonyms of theirs in running sessions, to be forgotten.'),
		speakerId,
	}),
	health: z.object({
		sessionId,
		channelId,
		speakers: z.array(
			receptionSchema.extend({
				speaker,
				speakerId,
				deaf: z.string().optional().describe('Speaks and is not heard: the likeliest cause.'),
			}),
		),
		total: receptionSchema,
		ignoredPackets: count.describe('Of those who did not agree: counted, never decrypted.'),
		malformedPackets: count,
		queueDepth: count,
		droppedUtterances: z.record(z.string(), count),
	}),
} as const;

export type FeedData = { readonly [Type in keyof typeof DATA]: z.infer<(typeof DATA)[Type]> };

const version = z.literal(FEED_VERSION);
const id = z.string().describe('For resuming; grows with time.');
const at = z.number().describe('Milliseconds since the Unix epoch.');
const envelope = <Type extends keyof typeof DATA>(type: Type) =>
	z.object({ v: version, id, type: z.literal(type), at, guildId: z.string(), data: DATA[type] });

/** Whatever the feed tells. */
export const feedEventSchema = z.discriminatedUnion('type', [
	envelope('session'),
	envelope('emotion'),
	envelope('partial'),
	envelope('mood'),
	envelope('heat'),
	envelope('alert'),
	envelope('reply'),
	envelope('consent'),
	envelope('health'),
]);
export type FeedEvent = z.infer<typeof feedEventSchema>;

/** Why a connection is ended, and its code over WebSocket. */
export const CLOSE_CODES = { 'going-away': 1001, policy: 1008, 'signed-out': 4001, 'too-slow': 4008 } as const;
export type CloseReason = keyof typeof CLOSE_CODES;
const closeReasons = Object.keys(CLOSE_CODES) as [CloseReason, ...CloseReason[]];

/** What tells of the connection rather than of what happened. */
export const controlSchema = z.discriminatedUnion('type', [
	z.object({
		v: version,
		id,
		type: z.literal('hello'),
		at,
		data: z.object({
			resumed: z.boolean().describe('Whether what was missed follows in full.'),
			types: z.array(z.enum(FEED_TYPES)),
			guilds: z.array(z.string()).optional().describe('All when absent.'),
			heartbeatMs: z.number(),
		}),
	}),
	z.object({
		v: version,
		type: z.literal('gap'),
		at,
		data: z.object({ after: z.string(), reason: z.enum(['expired', 'restarted']) }),
	}),
	z.object({
		v: version,
		type: z.literal('close'),
		at,
		data: z.object({ code: z.number(), reason: z.enum(closeReasons) }),
	}),
]);
export type ControlMessage = z.infer<typeof controlSchema>;
