import { createHash } from 'node:crypto';
import { type Fault, RuleBook } from '../rules.ts';

export interface RateLimit {
	/** As in the simulation's own table, such as `/channels/:channelId/messages`; every route by default. */
	readonly route?: string | undefined;
	readonly method?: string | undefined;
	readonly requests: number;
	readonly perMs: number;
}

/** A request as the limits see it. */
export interface LimitedRequest {
	readonly route: string;
	readonly method: string;
	/** Channel, server or web hook: Discord counts each of them by itself. */
	readonly resource: string;
	/** Whose request it is. */
	readonly botId: string;
}

export interface RateLimitOutcome {
	/** To go with the answer, whatever it is. */
	readonly headers: Readonly<Record<string, string>>;
	/** Set when the request is refused. */
	readonly retryAfterMs: number | undefined;
	readonly isGlobal: boolean;
}

interface Window {
	used: number;
	endsAt: number;
}

interface ActiveLimit extends RateLimit {
	readonly isGlobal: boolean;
	readonly windows: Map<string, Window>;
}

const FREE: RateLimitOutcome = { headers: {}, retryAfterMs: undefined, isGlobal: false };

/** Discord's rate limits (https://discord.com/developers/docs/topics/rate-limits): none until a test sets them. */
export class RateLimits {
	readonly #limits = new RuleBook<ActiveLimit>();

	/** Its `hits` are the requests that it counted, refused or not. */
	add(limit: RateLimit, isGlobal: boolean): Fault {
		return this.#limits.add({ ...limit, isGlobal, windows: new Map() });
	}

	endAll(): void {
		this.#limits.endAll();
	}

	/** Counts the request. The global limit comes first: who is refused by it uses up no other. */
	take(request: LimitedRequest): RateLimitOutcome {
		const global = this.#count(request, true);
		return global.retryAfterMs === undefined ? this.#count(request, false) : global;
	}

	#count(request: LimitedRequest, isGlobal: boolean): RateLimitOutcome {
		const limit = this.#limits.match(
			(each) =>
				each.isGlobal === isGlobal &&
				(each.route ?? request.route) === request.route &&
				(each.method ?? request.method) === request.method,
		);
		if (limit === undefined) return FREE;
		const now = performance.now();
		const key = isGlobal ? request.botId : `${request.botId} ${request.method} ${request.route} ${request.resource}`;
		let window = limit.windows.get(key);
		if (window === undefined || window.endsAt <= now) {
			window = { used: 0, endsAt: now + limit.perMs };
			limit.windows.set(key, window);
		}
		const isRefused = window.used >= limit.requests;
		if (!isRefused) window.used++;
		const retryAfterMs = isRefused ? window.endsAt - now : undefined;
		// A global limit shows in no header until it strikes.
		const headers = isGlobal ? {} : bucketHeaders(limit, window, `${request.method} ${request.route}`, now);
		return { headers, retryAfterMs, isGlobal };
	}
}

function bucketHeaders({ requests }: RateLimit, { used, endsAt }: Window, bucket: string, now: number) {
	const resetAfterMs = endsAt - now;
	return {
		'x-ratelimit-limit': String(requests),
		'x-ratelimit-remaining': String(requests - used),
		'x-ratelimit-reset': ((Date.now() + resetAfterMs) / 1000).toFixed(3),
		'x-ratelimit-reset-after': (resetAfterMs / 1000).toFixed(3),
		'x-ratelimit-bucket': createHash('sha256').update(bucket).digest('hex').slice(0, 32),
	};
}

/** Headers and body of status 429. @param scope of the bot, of all, or of what it shares with others */
export function rateLimited(retryAfterMs: number, scope: 'user' | 'global' | 'shared') {
	return {
		headers: {
			'retry-after': String(Math.ceil(retryAfterMs / 1000)),
			'x-ratelimit-scope': scope,
			...(scope === 'global' && { 'x-ratelimit-global': 'true' }),
		},
		body: {
			message: 'You are being rate limited.',
			retry_after: Math.ceil(retryAfterMs) / 1000,
			global: scope === 'global',
		},
	};
}
