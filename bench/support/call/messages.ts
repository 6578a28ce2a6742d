import { z } from 'zod';

/** What the benchmark asks of the process that plays Discord and its speakers. */
export const request = z.discriminatedUnion('type', [
	/** So many speakers (all by default) enter and agree, and the first of each channel calls the bot in. */
	z.strictObject({ type: z.literal('gather'), speakers: z.int().min(1).optional() }),
	/** All of them say `packets` packets of 20 ms, `together` of each at a time, one such lump every `everyMs`. */
	z.strictObject({
		type: z.literal('speak'),
		packets: z.int().min(1),
		together: z.int().min(1),
		everyMs: z.number().positive(),
	}),
	/** The first `speakers` talk turn by turn, each at their own pace, for about so long. */
	z.strictObject({ type: z.literal('converse'), speakers: z.int().min(1), durationMs: z.number().positive() }),
	z.strictObject({ type: z.literal('close') }),
]);
export type Request = z.infer<typeof request>;
/** How everyone speaks at once. */
export type Talk = Omit<Extract<Request, { type: 'speak' }>, 'type'>;

export const answer = z.discriminatedUnion('type', [
	z.strictObject({
		type: z.literal('open'),
		apiBase: z.url(),
		/** PEM; the voice gateway's authority. */
		caCertificate: z.string(),
		guildId: z.string(),
		channelId: z.string(),
	}),
	z.strictObject({
		type: z.literal('gathered'),
		speakers: z.array(z.strictObject({ userId: z.string(), ssrc: z.int() })),
	}),
	/** @property packets how many were sent, of all speakers */
	z.strictObject({ type: z.literal('spoken'), packets: z.int() }),
	z.strictObject({
		type: z.literal('conversed'),
		/** When each turn's speech ended, milliseconds since the Unix epoch. */
		turns: z.array(z.strictObject({ speakerId: z.string(), endMs: z.number() })),
		packets: z.int(),
		/** How much too late packets left: this process did not get its turn. Milliseconds. */
		lateMs: z.strictObject({ p95: z.number(), max: z.number() }),
	}),
	z.strictObject({ type: z.literal('failed'), reason: z.string() }),
]);
/** Whose packets bear which SSRC. */
export type Speaker = Extract<Answer, { type: 'gathered' }>['speakers'][number];
export type Answer = z.infer<typeof answer>;
/** What was said in a conversation. */
export type Conversation = Omit<Extract<Answer, { type: 'conversed' }>, 'type'>;

/** Everything that the process is told when it starts. */
export const callOptions = z.strictObject({
	speakers: z.int().min(1),
	/** Voice channels, each in a server of its own, that the speakers are spread over. */
	channels: z.int().min(1).default(1),
	/** Of the bot under test. */
	token: z.string(),
	/** Of a second account, which has the call's keys and is sent no packets. */
	bystanderToken: z.string(),
});
export type CallOptions = z.input<typeof callOptions>;
