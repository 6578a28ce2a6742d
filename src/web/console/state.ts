import type { AlertRecord } from '../../domain/index.ts';
import { type Principal, sees } from '../auth/principal.ts';
import type { Feed } from '../feed/index.ts';
import type { WebServices } from '../services.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { LiveState } from './live-state.ts';
import type { AlertAnswer, StateAnswer } from './schemas.ts';

const ALERTS_MS = 7 * 24 * 3_600_000;
const MOST_ALERTS = 50;

/** An alert as the page shows it: picked field by field, since who it rests on is sealed. */
export function alertAnswerOf(alert: AlertRecord, channelName: string | undefined): AlertAnswer {
	const { alertId, guildId, channelId, sessionId, at, mode, score, contributors, reasons, heat } = alert;
	const { thresholds, acknowledged, verdict } = alert;
	return {
		alertId,
		guildId,
		channelId,
		...(channelName !== undefined && { channelName }),
		sessionId,
		at,
		mode,
		score,
		contributors,
		reasons: reasons.map(({ code, points, text }) => ({ code, points, text })),
		heat: heat.map((point) => ({ at: point.at, score: point.score, state: point.state })),
		...(thresholds && { thresholds: { warm: thresholds.warm, hot: thresholds.hot } }),
		...(acknowledged && { acknowledged: { by: acknowledged.by, at: acknowledged.at } }),
		...(verdict && { verdict: { by: verdict.by, at: verdict.at, verdict: verdict.verdict } }),
	};
}

export interface StateParts {
	readonly services: WebServices;
	readonly feed: Feed;
	readonly live: LiveState;
	readonly webhooks: Webhooks;
}

/** Everything that a page shows before the first event, as far as this visitor may see it. */
export async function stateFor(
	principal: Principal,
	{ services, feed, live, webhooks }: StateParts,
): Promise<StateAnswer> {
	const { directory, alerts, consents, settings, retentionDays } = services;
	// Before anything is waited for: what happens meanwhile is on the feed after it, and at worst told twice.
	const lastEventId = feed.lastEventId;
	const now = Date.now();
	const isVisible = (guildId: string): boolean => sees(principal, guildId);
	const known = directory.guilds().filter(({ id }) => isVisible(id));
	const names = new Map(known.map(({ id, name }) => [id, name]));
	const sessions = live.sessions(isVisible).map((session) => {
		const guildName = names.get(session.guildId);
		const channelName = directory.channelName(session.guildId, session.channelId);
		return {
			...session,
			...(guildName !== undefined && { guildName }),
			...(channelName !== undefined && { channelName }),
		};
	});
	const guilds = await Promise.all(
		known.map(async ({ id, name }) => {
			const [given, chosen] = await Promise.all([consents.list(id), settings.get(id)]);
			return {
				id,
				name,
				consents: given.length,
				retentionDays: Math.min(retentionDays, chosen.retentionDays ?? retentionDays),
				...(chosen.alerts && { alertMode: chosen.alerts.mode }),
				paused: chosen.paused ?? false,
			};
		}),
	);
	const records = await Promise.all(
		known.map(({ id }) => alerts.list(id, { from: now - ALERTS_MS, limit: MOST_ALERTS })),
	);
	const { queue, ...inference } = services.inference();
	const isOperator = principal.kind === 'operator';
	return {
		at: now,
		lastEventId,
		sessions,
		guilds,
		alerts: records
			.flat()
			.sort((a, b) => b.at - a.at)
			.map((alert) => alertAnswerOf(alert, directory.channelName(alert.guildId, alert.channelId))),
		rules: live.rules(isVisible),
		inference: { ...inference, ...(isOperator && { queue: { ...queue } }) },
		...(isOperator && { webhooks: webhooks.stats, feed: feed.stats }),
	};
}
