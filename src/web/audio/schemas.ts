import { z } from 'zod';
import { DATA } from '../feed/schemas.ts';

/** Version of what is said over the socket; fields of the server's messages may be added within it. */
const AUDIO_VERSION = 1;
/** Sub-protocol of the audio socket; the second one that a browser may offer carries its token. */
export const AUDIO_PROTOCOL = 'ses-audio.v1';

/** Of a server; also in `start` of Twilio's custom parameters. */
export const guildIdSchema = z.string().regex(/^\d{17,20}$/, 'must be the id of a server');
export const channelIdSchema = z
	.string()
	.regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - and _')
	.describe('Room that the voice is in: the id of a channel, or whatever the sender calls it. Default `audio`.');
export const localeSchema = z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'must be like en or en-GB');
export const speakerNameSchema = z.string().min(1).max(64).describe('Whatever the sender calls the speaker.');

export const startSchema = z.strictObject({
	type: z.literal('start'),
	version: z.literal(AUDIO_VERSION),
	codec: z
		.enum(['pcm_s16le', 'opus'])
		.describe('pcm_s16le: signed 16 bit, little-endian, channels interleaved. opus: one packet a message.'),
	sampleRate: z.int().min(8000).max(48_000).describe('Hertz. Opus is decoded at the right rate whatever this says.'),
	channels: z.int().min(1).max(2).describe('Two are mixed down to one.'),
	speaker: speakerNameSchema,
	guildId: guildIdSchema.optional().describe('Server that the voice counts for.'),
	channelId: channelIdSchema.optional(),
	locale: localeSchema.optional().describe('Language that is spoken. Default `en`.'),
	agreed: z.literal(true).describe('The speaker agreed to be heard: whoever sends answers for it.'),
});

export const stopSchema = z.strictObject({ type: z.literal('stop') });

/** Text messages of whoever sends audio; the audio itself comes in binary messages between them. */
export const audioClientSchema = z.discriminatedUnion('type', [startSchema, stopSchema]);
export type AudioClientMessage = z.infer<typeof audioClientSchema>;

/** Why a connection is ended, and the code that it is closed with. */
export const AUDIO_PROBLEMS = {
	'going-away': 1001,
	'signed-out': 4001,
	'too-slow': 4008,
	malformed: 4400,
	unauthenticated: 4401,
	forbidden: 4403,
	idle: 4408,
	'already-started': 4409,
	'too-large': 4413,
	'not-audio': 4415,
	'not-agreed': 4422,
	paused: 4423,
	withdrawn: 4424,
	'too-fast': 4429,
	'too-many': 4430,
	'too-long': 4431,
	'agent-refused': 4451,
	internal: 4500,
	full: 4503,
} as const;
export type AudioProblemCode = keyof typeof AUDIO_PROBLEMS;
const problemCodes = Object.keys(AUDIO_PROBLEMS) as [AudioProblemCode, ...AudioProblemCode[]];

const { speakerId: _, ...emotionShape } = DATA.emotion.shape;
const { speakerId: __, ...partialShape } = DATA.partial.shape;

/** What the server answers. */
export const audioServerSchema = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('ready'),
		sessionId: z.string().describe('As the feed and the console have it.'),
		speaker: z.string().describe('Pseudonym of the speaker in this session, as on the feed.'),
		model: z.string().describe('`name@version`.'),
	}),
	z.object({
		type: z.literal('speech'),
		active: z.boolean().describe('An utterance began, or ended: its emotion follows.'),
	}),
	z.object({ type: z.literal('emotion'), ...emotionShape }),
	z.object({ type: z.literal('partial'), ...partialShape }),
	z.object({
		type: z.literal('stopped'),
		utterances: z.int().min(0),
		seconds: z.number().min(0).describe('Audio that was taken in.'),
		dropped: z.int().min(0).describe('Utterances that got no result.'),
	}),
	z.object({
		type: z.literal('problem'),
		code: z.enum(problemCodes).describe('Why the connection is closed right after this.'),
		message: z.string(),
	}),
]);
export type AudioServerMessage = z.infer<typeof audioServerSchema>;
