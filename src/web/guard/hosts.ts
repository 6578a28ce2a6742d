import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import type { WebContext, WebEnv } from './environment.ts';
import { Problem } from './problem.ts';

const hostOf = (authority: string): URL | undefined => {
	const text = `http://${authority}`;
	return URL.canParse(text) ? new URL(text) : undefined;
};

const isMeant = (authority: string, publicUrl: string | undefined): boolean => {
	const host = hostOf(authority);
	if (!host) return false;
	if (publicUrl !== undefined && authority.toLowerCase() === new URL(publicUrl).host) return true;
	const bare = host.hostname.replace(/^\[|\]$/g, '');
	return bare === 'localhost' || isIP(bare) !== 0;
};

/**
 * Refuses requests that name a host which is not ours: a page elsewhere may point its own name at this address
 * (DNS rebinding) and would otherwise count as the same origin. Addresses in figures cannot be pointed anywhere.
 */
export const meantForUs =
	(publicUrl: string | undefined): MiddlewareHandler<WebEnv> =>
	async (context, next) => {
		const authority = context.req.header('host') ?? '';
		if (!isMeant(authority, publicUrl)) throw new Problem('host', 'This request was meant for another host.');
		await next();
	};

/** Whether the page that asks was served from here, as its browser says. */
export function isSameOrigin(context: WebContext, publicUrl: string | undefined): boolean {
	const origin = context.req.header('origin');
	if (origin === undefined || !URL.canParse(origin)) return false;
	const { protocol, host } = new URL(origin);
	if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true;
	return protocol === 'http:' && host === context.req.header('host')?.toLowerCase();
}

/** Whether it is one of the other pages that may come with a token. */
export const isNamed = (origin: string | undefined, origins: readonly string[]): origin is string =>
	origin !== undefined && origins.some((each) => new URL(each).origin === origin);
