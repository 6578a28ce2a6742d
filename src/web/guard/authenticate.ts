import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { programWith } from '../auth/program.ts';
import type { TokenFile } from '../auth/token-file.ts';
import type { Visits } from '../auth/visits.ts';
import type { WebContext, WebEnv } from './environment.ts';
import type { Limits } from './limits.ts';
import { Problem } from './problem.ts';

/** Sub-protocol of the feed; the second one that a browser may offer carries its token. */
export const FEED_PROTOCOL = 'ses.v1';
const BEARER_PROTOCOL = 'bearer.';

/** A `__Host-` cookie cannot be set by a neighbour of the same domain, but needs TLS. */
export const sessionCookie = (tls: boolean): string => (tls ? '__Host-ses_session' : 'ses_session');

/** Proxies append the address that they saw, so only the last one is not the client's own invention. */
const addressOf = (context: WebContext, trustProxy: boolean): string => {
	const forwarded = trustProxy ? context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
	return forwarded || (context.env.incoming.socket.remoteAddress ?? 'unknown');
};

function bearerOf(context: WebContext): string | undefined {
	const header = context.req.header('authorization');
	if (header !== undefined) return /^Bearer (\S+)$/i.exec(header)?.[1] ?? '';
	const offered = context.req.header('sec-websocket-protocol')?.split(',') ?? [];
	return offered
		.map((each) => each.trim())
		.find((each) => each.startsWith(BEARER_PROTOCOL))
		?.slice(BEARER_PROTOCOL.length);
}

export interface AuthenticateOptions {
	readonly visits: Visits;
	readonly tokens: TokenFile;
	readonly limits: Limits;
	readonly trustProxy: boolean;
	readonly tls: boolean;
}

/**
 * Finds out who asks. A token that is presented counts alone, so that nobody acts under another's cookie by
 * accident; one that is no good is refused, also where nobody has to sign in.
 */
export const authenticate =
	({ visits, tokens, limits, trustProxy, tls }: AuthenticateOptions): MiddlewareHandler<WebEnv> =>
	async (context, next) => {
		const address = addressOf(context, trustProxy);
		context.set('address', address);
		await limits.spend('requests', address);
		const bearer = bearerOf(context);
		if (bearer !== undefined) {
			const program = await programWith(bearer, tokens);
			if (!program) {
				await limits.spend('badTokens', address);
				throw new Problem('unauthenticated', 'The token is not good (any more).', { 'www-authenticate': 'Bearer' });
			}
			context.set('principal', program);
		} else {
			const secret = getCookie(context, sessionCookie(tls));
			context.set('principal', secret === undefined ? undefined : visits.find(secret));
		}
		await next();
	};
