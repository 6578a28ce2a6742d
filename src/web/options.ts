import { z } from 'zod';
import { FEED_TYPES } from './feed/types.ts';

const perMinute = (most: number, what: string) => z.int().min(1).default(most).describe(what);

const originUrl = z
	.url({ protocol: /^https?$/, error: 'must be a URL, like https://ses.example.org' })
	.refine((text) => URL.canParse(text) && new URL(text).pathname === '/', 'must have no path');

const guildId = z.string().regex(/^\d{17,20}$/, 'must be the id of a server, in quotes');

/** One receiver of signed events. */
export const webhookOptions = z.strictObject({
	url: z.url({ protocol: /^https?$/, error: 'must be a URL, like https://example.org/hooks/ses' }),
	secret: z.string().regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, 'must be whsec_ and 24 to 64 bytes in base64'),
	/** All when not set. */
	types: z.array(z.enum(FEED_TYPES)).min(1).optional(),
	/** All when not set. */
	guilds: z.array(guildId).min(1).optional(),
	/** User ids beside the pseudonyms. */
	speakers: z.boolean().default(false),
});
export type WebhookOptions = z.infer<typeof webhookOptions>;

const oauthOptions = z
	.strictObject({
		clientId: z
			.string()
			.regex(/^\d{17,20}$/, 'must be the id of an application, in quotes')
			.optional()
			.describe('Id of the Discord application, so that moderators can sign in; needs `clientSecret`.'),
		clientSecret: z.string().min(1).optional().describe('Its secret. Better set in the environment than in a file.'),
		authorizeUrl: z
			.url()
			.default('https://discord.com/oauth2/authorize')
			.describe('Where browsers are sent to sign in with Discord.'),
		apiBase: z.url().default('https://discord.com/api/v10').describe('Where Discord answers who signed in.'),
	})
	.refine(({ clientId, clientSecret }) => (clientId === undefined) === (clientSecret === undefined), {
		path: ['clientSecret'],
		error: 'and clientId need each other',
	});
export type OAuthOptions = z.infer<typeof oauthOptions>;

const limitOptions = z.strictObject({
	signIns: perMinute(10, 'Attempts to sign in that an address has in a minute.'),
	badTokens: perMinute(20, 'Wrong tokens that an address may present in a minute.'),
	streams: perMinute(60, 'Streams that an address may open in a minute.'),
	requests: perMinute(240, 'Requests that an address has in a minute.'),
});
export type LimitOptions = z.infer<typeof limitOptions>;

const feedOptions = z.strictObject({
	maxSubscribers: z.int().min(1).default(2000).describe('Connections that the feed serves at a time.'),
	resumeMs: z.int().min(1000).default(60_000).describe('How long events are held for those who come back.'),
	maxBufferedBytes: z
		.int()
		.min(16_384)
		.default(262_144)
		.describe('A connection for which more than this waits is too slow, and closed.'),
	heartbeatMs: z.int().min(1000).default(15_000).describe('How often a connection hears something.'),
	moodEveryMs: z
		.int()
		.min(10_000)
		.default(60_000)
		.describe('How often the mood of a group is told, and over which stretch of time.'),
	origins: z
		.array(originUrl)
		.default([])
		.describe('Pages of other origins that may read the feed with a token, like https://game.example.org.'),
});
export type FeedOptions = z.infer<typeof feedOptions>;

const audioOptions = z.strictObject({
	enabled: z.boolean().default(true).describe('Whether voices from elsewhere are taken (docs/audio-in.md).'),
	maxConnections: z.int().min(1).default(32).describe('Voices from elsewhere at a time.'),
	maxPerToken: z.int().min(1).default(8).describe('Those of one token or one sign-in.'),
	idleMs: z.int().min(1000).default(30_000).describe('A connection that brings no audio for so long is closed.'),
	maxMinutes: z.number().positive().default(240).describe('How long one may last.'),
	origins: z
		.array(originUrl)
		.default([])
		.describe('Pages of other origins that may send audio with a token, like https://game.example.org.'),
	twilioAuthToken: z
		.string()
		.min(1)
		.optional()
		.describe("Twilio's auth token: connections that it signed need no other. Better set in the environment."),
});
export type AudioOptions = z.infer<typeof audioOptions>;

/** Console, HTTP interface, feed, webhooks and audio in; docs/feed.md and docs/audio-in.md have what they do. */
export const webOptions = z.strictObject({
	enabled: z.boolean().default(true).describe('Whether console and feed are served.'),
	host: z.string().min(1).default('127.0.0.1').describe('Address that they are served at.'),
	port: z.int().min(0).max(65_535).default(8787).describe('Port; 0 for any that is free.'),
	publicUrl: originUrl.optional().describe('How browsers reach it, when that is not the address above.'),
	trustProxy: z
		.boolean()
		.default(false)
		.describe('Whether a proxy stands before it whose X-Forwarded-For names the address of a client.'),
	sessionHours: z.number().positive().max(720).default(8).describe('How long one stays signed in.'),
	tokenFile: z
		.string()
		.min(1)
		.default('data/web-tokens.json')
		.describe('Hashes of the tokens that `ses token` makes. Its folder is made when it is missing.'),
	oauth: oauthOptions.prefault({}),
	limits: limitOptions.prefault({}),
	feed: feedOptions.prefault({}),
	audio: audioOptions.prefault({}),
	examples: z
		.boolean()
		.default(false)
		.describe('Whether the example pages on the feed are served, at /examples/game and /examples/feedback-widget.'),
	webhooks: z
		.array(webhookOptions)
		.default([])
		.describe('Receivers of signed events: a list of { url, secret, types, guilds, speakers }.'),
	webhookAttempts: z.int().min(1).max(20).default(8).describe('How often an event is sent before it is given up.'),
	webhooksMayBePrivate: z
		.boolean()
		.default(false)
		.describe('Whether webhooks may lead to private and loopback addresses.'),
});
export type WebOptions = z.infer<typeof webOptions>;
