import type { BotAccount } from '../model/index.ts';
import type { RequestBody } from './request-body.ts';

export interface PublicRequest extends RequestBody {
	readonly params: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
}

export interface RestRequest extends PublicRequest {
	/** Whose token it carries. */
	readonly bot: BotAccount;
}

/** An answer is sent as JSON with status 200; undefined is status 204. */
type Answer = unknown | Promise<unknown>;

interface RouteBase {
	readonly method: string;
	/** Segments behind `/api/v10`; `:name` stands for one segment. */
	readonly path: string;
}

export type Route =
	| (RouteBase & { readonly isPublic?: false; readonly handler: (request: RestRequest) => Answer })
	/** No bot token needed: open to all, or the path carries a token of its own. */
	| (RouteBase & { readonly isPublic: true; readonly handler: (request: PublicRequest) => Answer });

export type RouteMatch =
	| { readonly status: 'found'; readonly route: Route; readonly params: Record<string, string> }
	| { readonly status: 'wrong-method' }
	| { readonly status: 'unknown' };

/** Routes by method and path. More specific routes stand before those with parameters. */
export class Router {
	readonly #routes: readonly { route: Route; segments: readonly string[] }[];

	constructor(routes: readonly Route[]) {
		this.#routes = routes.map((route) => ({ route, segments: route.path.split('/').slice(1) }));
	}

	/** Whether some route has this path, as a test names it to meet trouble there. */
	knows(path: string, method: string | undefined): boolean {
		return this.#routes.some(({ route }) => route.path === path && (method ?? route.method) === route.method);
	}

	match(method: string, path: string): RouteMatch {
		const segments = path.split('/').slice(1);
		let isKnown = false;
		for (const candidate of this.#routes) {
			const params = matchSegments(candidate.segments, segments);
			if (params === undefined) continue;
			if (candidate.route.method === method) return { status: 'found', route: candidate.route, params };
			isKnown = true;
		}
		return { status: isKnown ? 'wrong-method' : 'unknown' };
	}
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
	if (pattern.length !== segments.length) return undefined;
	const params: Record<string, string> = {};
	for (const [index, expected] of pattern.entries()) {
		const actual = segments[index] ?? '';
		if (expected.startsWith(':')) {
			if (actual === '') return undefined;
			const decoded = decode(actual);
			if (decoded === undefined) return undefined;
			params[expected.slice(1)] = decoded;
		} else if (expected !== actual) return undefined;
	}
	return params;
}

/** @returns undefined where the percent signs make no sense */
function decode(segment: string): string | undefined {
	try {
		return decodeURIComponent(segment);
	} catch {
		return undefined;
	}
}
