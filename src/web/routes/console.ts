import { Hono } from 'hono';
import { deleteCookie, getCookie } from 'hono/cookie';
import { type Principal, sees, type Visitor } from '../auth/principal.ts';
import type { Visits } from '../auth/visits.ts';
import {
	type AlertAnswer,
	acknowledgeBody,
	alertIdSchema,
	logoutBody,
	revealBody,
	verdictBody,
} from '../console/schemas.ts';
import { alertAnswerOf, type StateParts, stateFor } from '../console/state.ts';
import type { SessionBook } from '../feed/index.ts';
import { sessionCookie } from '../guard/authenticate.ts';
import { bodyOf, changesOnly, fitting } from '../guard/changes.ts';
import { visitorOf, type WebContext, type WebEnv } from '../guard/environment.ts';
import { Problem } from '../guard/problem.ts';
import type { Actor, AlertOutcome } from '../services.ts';

export interface ConsoleParts extends StateParts {
	readonly visits: Visits;
	readonly book: SessionBook;
	readonly publicUrl: string | undefined;
	readonly tls: boolean;
	readonly hasDiscord: boolean;
	/** A session ended: its streams do, too. */
	readonly onSignOut: () => void;
}

const json = (context: WebContext, value: unknown): Response =>
	context.json(value as object, 200, { 'cache-control': 'no-store' });

/** What the page asks and does. */
export function consoleRoutes(parts: ConsoleParts): Hono<WebEnv> {
	const { services, visits, book, publicUrl, tls, hasDiscord, onSignOut } = parts;
	const { alerts, desk, directory } = services;
	const onlyChanges = changesOnly(publicUrl);

	/** @throws {Problem} forbidden */
	const actorIn = (context: WebContext, guildId: string): Actor => {
		const visitor = visitorOf(context);
		if (!sees(visitor, guildId)) throw new Problem('forbidden', 'You do not moderate this server.');
		return { guildId, userId: visitor.actor };
	};
	/** @throws {Problem} not-found */
	const answerOf = (outcome: AlertOutcome): AlertAnswer => {
		if (outcome.status === 'unknown') throw new Problem('not-found', 'There is no such alert.');
		const { alert } = outcome;
		return alertAnswerOf(alert, directory.channelName(alert.guildId, alert.channelId));
	};
	const alertIdOf = (context: WebContext): string => fitting(context.req.param('alertId'), alertIdSchema);

	return new Hono<WebEnv>()
		.get('/session', (context) => {
			const principal = context.get('principal');
			if (principal?.kind === 'program') throw new Problem('forbidden', 'Tokens do not open the console.');
			return json(context, principal ? sessionOf(principal) : { signedIn: false, discord: hasDiscord });
		})
		.get('/state', async (context) => json(context, await stateFor(visitorOf(context), parts)))
		.post('/alerts/:alertId/acknowledge', onlyChanges, async (context) => {
			const { guildId } = await bodyOf(context, acknowledgeBody);
			return json(context, answerOf(await desk.acknowledge(actorIn(context, guildId), alertIdOf(context))));
		})
		.post('/alerts/:alertId/verdict', onlyChanges, async (context) => {
			const { guildId, verdict } = await bodyOf(context, verdictBody);
			return json(context, answerOf(await desk.judge(actorIn(context, guildId), alertIdOf(context), verdict)));
		})
		.post('/alerts/:alertId/reveal', onlyChanges, async (context) => {
			const { guildId, reason } = await bodyOf(context, revealBody);
			const alertId = alertIdOf(context);
			const who = actorIn(context, guildId);
			const alert = await alerts.get(guildId, alertId);
			const speakers = await desk.reveal(who, alertId, reason);
			if (!alert || !speakers) throw new Problem('not-found', 'There is no such alert.');
			const named = speakers.map(async (userId) => {
				const name = await directory.memberName(guildId, userId);
				const [speaker] = book.known(guildId, userId, alert.sessionId);
				return { userId, ...(name !== undefined && { name }), ...(speaker !== undefined && { speaker }) };
			});
			return json(context, { alertId, speakers: await Promise.all(named) });
		})
		.post('/logout', onlyChanges, async (context) => {
			await bodyOf(context, logoutBody);
			visits.end(getCookie(context, sessionCookie(tls)) ?? '');
			deleteCookie(context, sessionCookie(tls), { path: '/', secure: tls });
			onSignOut();
			return json(context, { signedIn: false, discord: hasDiscord });
		});

	function sessionOf({ kind, name, csrfToken, expiresAt, ...visitor }: Extract<Principal, Visitor>) {
		const principal: Principal = { kind, name, csrfToken, expiresAt, ...visitor };
		const guilds = directory
			.guilds()
			.filter(({ id }) => sees(principal, id))
			.map(({ id, name }) => ({ id, name }));
		return { signedIn: true, role: kind, name, guilds, csrfToken, expiresAt, discord: hasDiscord };
	}
}
