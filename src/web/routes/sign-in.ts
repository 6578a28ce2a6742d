import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { ATTEMPT_MS, type DiscordSignIn } from '../auth/discord.ts';
import type { Visitor } from '../auth/principal.ts';
import type { SignInLink } from '../auth/sign-in-link.ts';
import type { Visits } from '../auth/visits.ts';
import { isExample, pathOf } from '../console/examples.ts';
import { sessionCookie } from '../guard/authenticate.ts';
import type { WebContext, WebEnv } from '../guard/environment.ts';
import type { Limits } from '../guard/limits.ts';
import type { WebServices } from '../services.ts';

export interface SignInParts {
	readonly services: WebServices;
	readonly visits: Visits;
	readonly link: SignInLink;
	readonly discord: DiscordSignIn | undefined;
	readonly limits: Limits;
	readonly tls: boolean;
	readonly sessionMs: number;
	/** Whether the examples are served, so that a link may lead there. */
	readonly examples: boolean;
}

const ATTEMPT_COOKIE = 'ses_oauth';
const ATTEMPT_PATH = '/auth/discord';

/** Nobody but the browser is told where it came from, and nothing of it is kept on the way. */
const away = (context: WebContext, to: string): Response => {
	context.header('cache-control', 'no-store');
	return context.redirect(to, 303);
};

/** The two ways in. */
export function signInRoutes(parts: SignInParts): Hono<WebEnv> {
	const { services, visits, link, discord, limits, tls, sessionMs, examples } = parts;
	const enter = (context: WebContext, who: Pick<Visitor, 'kind' | 'name' | 'actor' | 'guilds'>, to = '/'): Response => {
		setCookie(context, sessionCookie(tls), visits.begin(who), {
			httpOnly: true,
			sameSite: 'Strict',
			secure: tls,
			path: '/',
			maxAge: Math.floor(sessionMs / 1000),
		});
		return away(context, to);
	};
	/** By name, since an address would lead anywhere. */
	const exampleIn = (context: WebContext): string | undefined => {
		const name = context.req.query('to');
		return examples && isExample(name) ? pathOf(name) : undefined;
	};

	return new Hono<WebEnv>()
		.get('/sign-in', async (context) => {
			// Whoever only looks whether there is something must not use the link up.
			if (context.req.method === 'HEAD') return context.body(null, 204);
			await limits.spend('signIns', context.get('address'));
			if (!(await link.use(context.req.query('token') ?? ''))) return away(context, '/?error=sign-in');
			const operator = { kind: 'operator', name: 'Operator', actor: 'console', guilds: undefined } as const;
			return enter(context, operator, exampleIn(context));
		})
		.get('/auth/discord', async (context) => {
			if (!discord) return away(context, '/?error=discord');
			await limits.spend('signIns', context.get('address'));
			const { url, nonce } = discord.begin();
			// Discord's page leads back here, which a strict cookie would not survive.
			setCookie(context, ATTEMPT_COOKIE, nonce, {
				httpOnly: true,
				sameSite: 'Lax',
				secure: tls,
				path: ATTEMPT_PATH,
				maxAge: ATTEMPT_MS / 1000,
			});
			return away(context, url);
		})
		.get('/auth/discord/callback', async (context) => {
			const { code, state } = context.req.query();
			const nonce = getCookie(context, ATTEMPT_COOKIE);
			deleteCookie(context, ATTEMPT_COOKIE, { path: ATTEMPT_PATH });
			if (!discord || !code || !state || !nonce) return away(context, '/?error=discord');
			await limits.spend('signIns', context.get('address'));
			try {
				const visitor = await discord.finish(code, state, nonce);
				if (!visitor) return away(context, '/?error=discord');
				const ours = new Set(services.directory.guilds().map(({ id }) => id));
				const guilds = new Set(visitor.guildIds.filter((id) => ours.has(id)));
				if (guilds.size === 0) return away(context, '/?error=no-server');
				return enter(context, { kind: 'moderator', name: visitor.name, actor: visitor.userId, guilds });
			} catch (error) {
				services.log.warn({ error }, 'signing in with Discord failed');
				return away(context, '/?error=discord');
			}
		});
}
