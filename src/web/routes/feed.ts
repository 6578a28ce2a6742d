import { upgradeWebSocket } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { sees, viewOf } from '../auth/principal.ts';
import type { SubscribeOptions } from '../feed/feed.ts';
import {
	closeMessage,
	FEED_TYPES,
	type Feed,
	type FeedType,
	SseSink,
	USUAL_TYPES,
	WebSocketSink,
} from '../feed/index.ts';
import { fitting } from '../guard/changes.ts';
import type { WebContext, WebEnv } from '../guard/environment.ts';
import { isNamed, isSameOrigin } from '../guard/hosts.ts';
import type { Limits } from '../guard/limits.ts';
import { Problem } from '../guard/problem.ts';

const listOf = <Item extends string>(item: z.ZodType<Item, string>) =>
	z
		.string()
		.transform((text) => text.split(','))
		.pipe(z.array(item).min(1).max(100))
		.optional();

/** What a reader may ask for, in the address. */
export const feedQuery = z.strictObject({
	types: listOf(z.string().pipe(z.enum(FEED_TYPES))),
	guilds: listOf(z.string().regex(/^\d{17,20}$/, 'must be ids of servers')),
	lastEventId: z.string().max(40).optional(),
});

const pingSchema = z.strictObject({ type: z.literal('ping') });
const POLICY = closeMessage('policy');

export interface FeedParts {
	readonly feed: Feed;
	readonly limits: Limits;
	readonly publicUrl: string | undefined;
	/** Other pages that may read with a token. */
	readonly origins: readonly string[];
}

/** The feed, for pages by cookie and for programs by token. */
export function feedRoutes({ feed, limits, publicUrl, origins }: FeedParts): Hono<WebEnv> {
	/** Browsers name the page that asks. @throws {Problem} forbidden */
	const checkOrigin = (context: WebContext): void => {
		const origin = context.req.header('origin');
		if (origin === undefined || isSameOrigin(context, publicUrl)) return;
		// A foreign page may come with a token of its own, never with our visitor's cookie.
		if (context.get('principal')?.kind === 'program' && isNamed(origin, origins)) return;
		throw new Problem('forbidden', 'Pages of this origin may not read the feed.');
	};

	/** @throws {Problem} whatever is wrong with it */
	const admit = async (context: WebContext): Promise<SubscribeOptions> => {
		const principal = context.get('principal');
		if (!principal) throw new Problem('unauthenticated', 'Sign in, or send a token.');
		if (principal.kind === 'program' && !principal.scopes.has('feed:read')) {
			throw new Problem('forbidden', 'Your token does not open the feed.');
		}
		checkOrigin(context);
		await limits.spend('streams', context.get('address'));
		const query = fitting(context.req.query(), feedQuery);
		const foreign = query.guilds?.find((id) => !sees(principal, id));
		if (foreign !== undefined) throw new Problem('forbidden', 'You may not read the feed of this server.');
		const allowed = principal.kind === 'program' ? principal.types : undefined;
		if (query.types?.some((type) => allowed && !allowed.has(type))) {
			throw new Problem('forbidden', 'Your token does not reach these types.');
		}
		if (feed.isFull) throw new Problem('full', 'Too many are connected.', { 'retry-after': '5' });
		const types: ReadonlySet<FeedType> = query.types ? new Set(query.types) : (allowed ?? USUAL_TYPES);
		return {
			view: viewOf(principal),
			types,
			guilds: query.guilds ? new Set(query.guilds) : principal.guilds,
			lastEventId: context.req.header('last-event-id') ?? query.lastEventId,
			member: principal.kind === 'program' ? principal.member : undefined,
			stillGood: principal.stillGood,
		};
	};

	return new Hono<WebEnv>()
		.options('/events', (context) => {
			const origin = context.req.header('origin');
			if (!isNamed(origin, origins)) throw new Problem('forbidden', 'Pages of this origin may not read the feed.');
			return context.body(null, 204, {
				...crossOrigin(origin),
				'access-control-allow-methods': 'GET',
				'access-control-allow-headers': 'authorization, last-event-id, cache-control',
				'access-control-max-age': '600',
			});
		})
		.get('/events', async (context) => {
			if (context.req.method === 'HEAD') throw new Problem('malformed', 'GET reads the feed.');
			const options = await admit(context);
			const { incoming, outgoing } = context.env;
			const origin = context.req.header('origin');
			const sink = new SseSink(outgoing, incoming.socket, isNamed(origin, origins) ? crossOrigin(origin) : {});
			const leave = feed.subscribe(sink, options);
			outgoing.once('close', leave);
			return RESPONSE_ALREADY_SENT;
		})
		.get('/ws', async (context, next) => {
			const options = await admit(context);
			const { socket } = context.env.incoming;
			let leave = (): void => {};
			let sink: WebSocketSink | undefined;
			const upgrade = upgradeWebSocket(() => ({
				onOpen: (_, { raw }) => {
					sink = new WebSocketSink(raw as WebSocket, socket);
					leave = feed.subscribe(sink, options);
				},
				onMessage: ({ data }, webSocket) => {
					if (isPing(data)) webSocket.send('{"type":"pong"}');
					else {
						leave();
						sink?.close(POLICY);
					}
				},
				onClose: () => leave(),
				// The close event follows.
				onError: () => {},
			}));
			const response = await upgrade(context, next);
			if (!response) throw new Problem('malformed', 'This is for WebSockets.');
			return response;
		});
}

const crossOrigin = (origin: string): Record<string, string> => ({
	'access-control-allow-origin': origin,
	'cross-origin-resource-policy': 'cross-origin',
	vary: 'Origin',
});

function isPing(data: unknown): boolean {
	if (typeof data !== 'string') return false;
	try {
		return pingSchema.safeParse(JSON.parse(data)).success;
	} catch {
		return false;
	}
}
