import { Hono } from 'hono';
import { type AudioIn, audioRoutes } from './audio/index.ts';
import { DiscordSignIn } from './auth/discord.ts';
import type { SignInLink } from './auth/sign-in-link.ts';
import type { TokenFile } from './auth/token-file.ts';
import { Visits } from './auth/visits.ts';
import { examplePages } from './console/examples.ts';
import type { LiveState } from './console/live-state.ts';
import { pages } from './console/pages.ts';
import type { Feed, SessionBook } from './feed/index.ts';
import { authenticate } from './guard/authenticate.ts';
import { smallBody } from './guard/changes.ts';
import { visitorOf, type WebEnv } from './guard/environment.ts';
import { securityHeaders } from './guard/headers.ts';
import { isSameOrigin, meantForUs } from './guard/hosts.ts';
import { Limits } from './guard/limits.ts';
import { answerProblem, Problem } from './guard/problem.ts';
import type { WebOptions } from './options.ts';
import { consoleRoutes } from './routes/console.ts';
import { feedRoutes } from './routes/feed.ts';
import { signInRoutes } from './routes/sign-in.ts';
import type { WebServices } from './services.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

export interface AppParts {
	readonly options: WebOptions;
	readonly services: WebServices;
	readonly tokens: TokenFile;
	readonly link: SignInLink;
	readonly book: SessionBook;
	readonly live: LiveState;
	readonly feed: Feed;
	readonly webhooks: Webhooks;
	readonly audioIn: AudioIn;
	/** Where browsers reach us; known once we listen. */
	readonly url: () => string;
}

/** Every route with what guards it. The first guards are for all: host, headers, limits, who asks. */
export function createApp(parts: AppParts): Hono<WebEnv> {
	const { options, services, tokens, link, book, live, feed, webhooks, audioIn, url } = parts;
	const { publicUrl, trustProxy, oauth } = options;
	const tls = publicUrl?.startsWith('https:') ?? false;
	const sessionMs = options.sessionHours * 3_600_000;
	const visits = new Visits(sessionMs);
	const limits = new Limits(options.limits);
	const { clientId: id, clientSecret: secret } = oauth;
	const discord =
		id && secret ? new DiscordSignIn({ id, secret }, oauth, () => `${url()}/auth/discord/callback`) : undefined;

	const app = new Hono<WebEnv>();
	app.onError((error, context) => {
		if (error instanceof Problem) return answerProblem(context, error);
		services.log.error({ error, route: context.req.routePath }, 'a request failed');
		return answerProblem(context, new Problem('internal', 'Something broke here; the log says what.'));
	});
	app.notFound((context) => answerProblem(context, new Problem('not-found', 'There is nothing here.')));
	app.use(securityHeaders({ tls }));
	app.use(meantForUs(publicUrl));
	app.use(authenticate({ visits, tokens, limits, trustProxy, tls }));
	app.use('/api/*', smallBody);

	const state = { services, feed, live, webhooks };
	const onSignOut = (): void => {
		feed.review();
		audioIn.review();
	};
	app.route('/', signInRoutes({ services, visits, link, discord, limits, tls, sessionMs, examples: options.examples }));
	app.route(
		'/api/v1',
		consoleRoutes({ ...state, visits, book, publicUrl, tls, hasDiscord: discord !== undefined, onSignOut }),
	);
	app.route('/api/v1', feedRoutes({ feed, limits, publicUrl, origins: options.feed.origins }));
	app.route('/api/v1', audioRoutes({ audioIn, options: options.audio, tokens, limits, publicUrl, url }));
	app.all('/api/*', () => {
		throw new Problem('not-found', 'There is nothing here.');
	});
	mountQueues(app, services.queues, { tls, publicUrl });
	if (options.examples) app.route('/', examplePages(services.examplesFolder));
	app.route('/', pages(services.consoleFolder));
	return app;
}

/** bull-board, which can delete what waits: for operators, and by their own hand only. */
function mountQueues(
	app: Hono<WebEnv>,
	queues: WebServices['queues'],
	{ tls, publicUrl }: { readonly tls: boolean; readonly publicUrl: string | undefined },
): void {
	app.use('/queues/*', securityHeaders({ tls, inlineStyles: true }), smallBody, async (context, next) => {
		if (visitorOf(context).kind !== 'operator') throw new Problem('forbidden', 'The queues are for operators.');
		const isRead = context.req.method === 'GET' || context.req.method === 'HEAD';
		if (!isRead && !isSameOrigin(context, publicUrl)) throw new Problem('csrf', 'The request must come from the page.');
		await next();
	});
	if (queues) app.route('/queues', queues);
	app.all('/queues/*', () => {
		throw new Problem('not-found', 'There is no queue on Redis.');
	});
}
