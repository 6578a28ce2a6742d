import { z } from 'zod';
import { EMOTIONS } from '../../domain/index.ts';
import { DATA, heatStateSchema, reasonSchema, receptionSchema, replyActionSchema } from '../feed/schemas.ts';

const at = z.number().describe('Milliseconds since the Unix epoch.');
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const guildId = z.string().regex(/^\d{17,20}$/, 'must be the id of a server');

export const sessionAnswer = z.discriminatedUnion('signedIn', [
	z.object({
		signedIn: z.literal(false),
		discord: z.boolean().describe('Whether signing in with Discord is set up.'),
	}),
	z.object({
		signedIn: z.literal(true),
		role: z.enum(['operator', 'moderator']),
		name: z.string(),
		guilds: z.array(z.object({ id: z.string(), name: z.string() })),
		csrfToken: z.string().describe('For the header X-CSRF-Token.'),
		expiresAt: at,
		discord: z.boolean(),
	}),
]);

const action = z.object({ by: z.string().describe('User id, or `console`.'), at });

export const alertAnswer = z.object({
	alertId: z.string(),
	guildId: z.string(),
	channelId: z.string(),
	channelName: z.string().optional(),
	sessionId: z.string(),
	at,
	mode: z.enum(['monitor', 'live']),
	score: share,
	contributors: count,
	reasons: z.array(reasonSchema),
	heat: z.array(z.object({ at, score: share, state: heatStateSchema })).describe('The minutes before, oldest first.'),
	thresholds: z
		.object({ warm: share, hot: share })
		.optional()
		.describe('The scores from which the channel counted as warm and as hot then.'),
	acknowledged: action.optional(),
	verdict: action.extend({ verdict: z.enum(['justified', 'false-alarm']) }).optional(),
});
export type AlertAnswer = z.infer<typeof alertAnswer>;

const liveSession = z.object({
	sessionId: z.string(),
	guildId: z.string(),
	guildName: z.string().optional(),
	channelId: z.string(),
	channelName: z.string().optional(),
	startedAt: at,
	heat: z
		.object({ at, state: heatStateSchema, score: share, contributors: count, reasons: z.array(reasonSchema) })
		.optional(),
	speakers: z.array(
		z.object({
			speaker: z.string().describe('Pseudonym.'),
			lastHeardAt: at.optional(),
			last: z
				.object({
					at,
					label: z.enum([...EMOTIONS, 'unsure']),
					confidence: share,
					valence: z.number(),
					arousal: z.number(),
				})
				.optional(),
			deaf: z.string().optional(),
			reception: receptionSchema.optional(),
		}),
	),
	mood: DATA.mood.optional(),
	health: z
		.object({
			at,
			total: receptionSchema,
			ignoredPackets: count,
			malformedPackets: count,
			queueDepth: count,
			droppedUtterances: z.record(z.string(), count),
		})
		.optional(),
});

export const webhookAnswer = z.object({
	host: z.string(),
	status: z.enum(['active', 'gone']),
	delivered: count,
	pending: count,
	retried: count,
	dead: count.describe('Given up after all attempts.'),
	dropped: count.describe('Let go because too many waited.'),
});

export const stateAnswer = z.object({
	at,
	lastEventId: z.string().describe('The feed carries on from here.'),
	sessions: z.array(liveSession),
	guilds: z.array(
		z.object({
			id: z.string(),
			name: z.string(),
			consents: count,
			retentionDays: z.number(),
			alertMode: z.enum(['monitor', 'live']).optional().describe('Absent where the configuration decides.'),
			paused: z.boolean(),
		}),
	),
	alerts: z.array(alertAnswer),
	rules: z.array(
		z.object({ at, guildId: z.string(), channelId: z.string(), cause: z.string(), action: replyActionSchema }),
	),
	inference: z.object({
		model: z.string(),
		workers: count,
		restarts: count,
		provider: z.string().optional(),
		redis: z.string().optional(),
		queue: z.record(z.string(), z.number()).optional().describe('For operators.'),
	}),
	webhooks: z.array(webhookAnswer).optional().describe('For operators.'),
	feed: z.object({ subscribers: count, shed: count }).optional().describe('For operators.'),
});
export type StateAnswer = z.infer<typeof stateAnswer>;

export const alertIdSchema = z.string().regex(/^[\w-]{1,64}$/, 'must be the id of an alert');
export const acknowledgeBody = z.strictObject({ guildId });
export const verdictBody = z.strictObject({ guildId, verdict: z.enum(['justified', 'false-alarm']) });
export const revealBody = z.strictObject({ guildId, reason: z.string().trim().min(10).max(500) });
export const logoutBody = z.strictObject({});

export const revealAnswer = z.object({
	alertId: z.string(),
	speakers: z.array(
		z.object({
			userId: z.string(),
			name: z.string().optional().describe('Absent when the member is gone.'),
			speaker: z.string().optional().describe('Pseudonym in the voice session, while that runs.'),
		}),
	),
});

export const problemAnswer = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
