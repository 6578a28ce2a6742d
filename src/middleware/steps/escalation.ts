import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type AlertEvent, type AlertRecord, type AlertSettings, isQuiet, type Publish } from '../../domain/index.ts';
import type { EmotionContext, EmotionStep, Heat } from '../context.ts';
import { HeatHistory } from '../heat-history.ts';
import { NO_SETTINGS, type SettingsOf } from '../settings.ts';

export const escalationOptions = z
	.strictObject({
		mode: z
			.enum(['monitor', 'live'])
			.default('monitor')
			.describe('Where a community chose nothing: in monitor mode an alert is kept and nobody is called.'),
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

export interface EscalationEffects {
	readonly publish: Publish;
	/** Keeps the alert and, in live mode, calls the moderators. */
	raise(alert: AlertRecord): Promise<void>;
	readonly settingsOf?: SettingsOf;
}

interface Followed {
	readonly heat: HeatHistory;
	/** When moderators were warned last. */
	lastAt: number;
	/** Whether they were warned of the heat that there is now. */
	alerted: boolean;
}

/** Whether moderators are called at this moment, and if they would be but for that, why not. */
function callOf(
	alerts: AlertSettings | undefined,
	mode: AlertRecord['mode'],
	at: number,
): Pick<AlertRecord, 'mode' | 'held'> {
	if ((alerts?.mode ?? mode) === 'monitor') return { mode: 'monitor' };
	if (alerts?.mutedUntil !== undefined && at < alerts.mutedUntil) return { mode: 'monitor', held: 'muted' };
	if (alerts?.quietHours && isQuiet(alerts.quietHours, at)) return { mode: 'monitor', held: 'quiet-hours' };
	return { mode: 'live' };
}

/**
 * Warns of a channel that is hot: once for as long as it stays so, with reasons, and about the channel
 * rather than a person. Heat that begins within the cooldown and outlasts it is warned of then. In quiet
 * hours and while alerts are muted it is kept, and nobody is called.
 */
export function escalation(
	{ publish, raise, settingsOf = NO_SETTINGS }: EscalationEffects,
	options: z.input<typeof escalationOptions> = {},
): EmotionStep {
	const { mode, cooldownMs } = escalationOptions.parse(options);
	const sessions = new Map<string, Followed>();

	/** Whether this utterance calls for an alert. */
	const calls = (followed: Followed, heat: Heat, at: number): boolean => {
		if (heat.state !== 'hot') {
			followed.alerted = false;
			return false;
		}
		// When it is only still hot, the reasons would not carry an alert.
		if (followed.alerted || !heat.evident || at - followed.lastAt < cooldownMs) return false;
		followed.lastAt = at;
		followed.alerted = true;
		return true;
	};

	const follow = async (context: EmotionContext): Promise<AlertRecord | undefined> => {
		const { heat, at, result, guildId, channelId } = context;
		if (!heat) return undefined;
		const followed = sessions.get(result.sessionId) ?? {
			heat: new HeatHistory(),
			lastAt: Number.NEGATIVE_INFINITY,
			alerted: false,
		};
		sessions.set(result.sessionId, followed);
		followed.heat.add({ at, score: heat.score, state: heat.state });
		if (!calls(followed, heat, at)) return undefined;
		const { score, contributors, reasons, speakers, thresholds } = heat;
		const { alerts } = await settingsOf(guildId);
		const event: Omit<AlertEvent, 'type'> = {
			at,
			alertId: randomUUID().slice(0, 8),
			sessionId: result.sessionId,
			...callOf(alerts, mode, at),
			score,
			contributors,
			reasons,
		};
		publish({ type: 'alert', ...event });
		return { ...event, guildId, channelId, heat: followed.heat.points, thresholds, speakers };
	};

	return {
		name: 'escalation',
		run: async (context, next) => {
			const alert = await follow(context);
			await next();
			// Withdrawn meanwhile: nothing may be kept of the speaker, and what the channel sounds like stands.
			const { signal, result } = context;
			const left = (speaker: string): boolean => !signal.aborted || speaker !== result.speakerId;
			if (alert) await raise({ ...alert, speakers: alert.speakers.filter(left) });
		},
		forget: (sessionId, speakerId) => {
			if (speakerId === undefined) sessions.delete(sessionId);
		},
	};
}
