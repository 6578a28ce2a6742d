import type { RateLimit, RateLimits, RestRules, RestServer } from '../rest/index.ts';
import type { Fault } from '../rules.ts';

export interface RouteFilter {
	/** As the simulation's table of routes writes it, such as `/channels/:channelId/messages`; every route by default. */
	readonly route?: string;
	readonly method?: string;
}

export interface Refusal extends RouteFilter {
	readonly status: number;
	/** So many requests; all by default. */
	readonly times?: number;
	/** For status 429; 1 s by default. */
	readonly retryAfterMs?: number;
}

export interface RestFaultsContext {
	readonly rest: RestServer;
	readonly limits: RateLimits;
	readonly rules: RestRules;
}

/** What can happen on the REST API. */
export class RestFaults {
	readonly #context: RestFaultsContext;

	constructor(context: RestFaultsContext) {
		this.#context = context;
	}

	/**
	 * A rate limit in Discord's manner, for each bot and each channel or server: X-RateLimit headers
	 * on every answer, status 429 with `retry_after` beyond it.
	 *
	 * @throws RangeError when there is no such route
	 */
	limit({ route, method, requests, perMs }: RateLimit): Fault {
		this.#context.rest.requireRoute(route, method);
		return this.#context.limits.add({ route, method, requests, perMs }, false);
	}

	/** The limit over all routes, for each bot: status 429 with X-RateLimit-Global. Discord's is 50 a second. */
	limitGlobally({ requests, perMs }: Pick<RateLimit, 'requests' | 'perMs'>): Fault {
		return this.#context.limits.add({ requests, perMs }, true);
	}

	/** Answers with an error status: 429 (scope `shared`), 500, 502 … @throws RangeError when there is no such route */
	refuse({ route, method, status, times, retryAfterMs = 1_000 }: Refusal): Fault {
		this.#context.rest.requireRoute(route, method);
		return this.#context.rules.add({ route, method, effect: { kind: 'refuse', status, retryAfterMs } }, { times });
	}

	/**
	 * Requests are handled late: after `forMs`, or when the fault ends.
	 *
	 * @throws RangeError when there is no such route
	 */
	stall({ route, method, forMs }: RouteFilter & { readonly forMs?: number } = {}): Fault {
		this.#context.rest.requireRoute(route, method);
		const { promise: ended, resolve } = Promise.withResolvers<void>();
		const until = () => {
			if (forMs === undefined) return ended;
			const late = new Promise<void>((done) => setTimeout(done, forMs).unref());
			return Promise.race([ended, late]);
		};
		return this.#context.rules.add({ route, method, effect: { kind: 'stall', until } }, { onEnd: resolve });
	}
}
