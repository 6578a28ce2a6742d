import { z } from 'zod';
import { channelIdSchema, guildIdSchema, localeSchema, speakerNameSchema } from './schemas.ts';

/** The sides of a call: what Twilio hears from the party of the call's leg, and what it plays to them. */
export const TRACKS = ['inbound', 'outbound'] as const;
export type Track = (typeof TRACKS)[number];

/** Twilio writes numbers as text. */
const digits = z.union([z.int().min(0), z.string().regex(/^\d{1,12}$/)]).transform(Number);

/** What TwiML's `<Parameter>`s say. There may be others, for others. */
const parametersSchema = z.object({
	token: z.string().max(200).optional().describe('With the scope `audio`.'),
	agreed: z.string().optional().describe('`true`: the caller agreed to be heard.'),
	customer: z.string().default('inbound').describe('The side that is read: `inbound` or `outbound`.'),
	speaker: speakerNameSchema.default('caller'),
	guildId: guildIdSchema.optional(),
	channelId: channelIdSchema.default('call'),
	locale: localeSchema.default('en'),
});

/** https://www.twilio.com/docs/voice/media-streams/websocket-messages */
export const twilioSchema = z.discriminatedUnion('event', [
	z.object({ event: z.literal('connected') }),
	z.object({
		event: z.literal('start'),
		start: z.object({
			tracks: z.array(z.string()).default(['inbound']),
			mediaFormat: z.object({
				encoding: z.literal('audio/x-mulaw'),
				sampleRate: z.literal(8000),
				channels: z.literal(1),
			}),
			customParameters: parametersSchema.prefault({}),
		}),
	}),
	z.object({
		event: z.literal('media'),
		media: z.object({
			track: z.enum(TRACKS),
			chunk: digits.describe('Counts the messages of the track.'),
			payload: z.base64().describe('µ-law of 8 kHz.'),
		}),
	}),
	z.object({ event: z.literal('mark') }),
	z.object({ event: z.literal('dtmf') }),
	z.object({ event: z.literal('stop') }),
]);
export type TwilioStart = Extract<z.infer<typeof twilioSchema>, { event: 'start' }>['start'];
