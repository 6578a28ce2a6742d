import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server';
import { reasonOf, SesError, type SesEvent } from '../domain/index.ts';
import { createApp } from './app.ts';
import { AudioIn } from './audio/index.ts';
import { SignInLink } from './auth/sign-in-link.ts';
import { TokenFile } from './auth/token-file.ts';
import { EXAMPLES, type Example } from './console/examples.ts';
import { LiveState } from './console/live-state.ts';
import { draftOf, Feed, type FeedDraft, GroupMoods, SessionBook } from './feed/index.ts';
import type { WebOptions } from './options.ts';
import type { WebServices } from './services.ts';
import { WebSockets } from './web-sockets.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** Fewest contributors to a group's figures where a community has not chosen three. */
const GROUP_OF = 5;
/** Longer than this nobody takes to ask for something. */
const REQUEST_MS = 15_000;
const MOST_HEADER_BYTES = 16_384;
/** Connections beside those of the feed: pages, probes, webhooks' console. */
const OTHER_CONNECTIONS = 200;
/** How soon a token that was revoked ends its connections. */
const TOKENS_EVERY_MS = 3_000;
/** What connections have to take in that we are going. */
const GOODBYE_MS = 250;

/** Console, HTTP interface, feed, webhooks and audio in, open. */
export interface Web extends AsyncDisposable {
	/** Where it is reached. */
	readonly url: string;
	/** Signs an operator in, once and for ten minutes. */
	readonly signInUrl: string;
	/** The same for each example, where they are served. */
	readonly exampleUrls: Partial<Readonly<Record<Example, string>>>;
	/** To be told of every event of the engine. */
	see(event: SesEvent): void;
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);
/** Nobody reaches the address that stands for all of them. */
const reachable = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);

/**
 * Opens the server.
 *
 * @throws {SesError} SES_PORT_UNUSABLE, SES_WEB_TOKENS
 */
export async function openWeb(wanted: WebOptions, services: WebServices): Promise<Web> {
	const options = { ...wanted, examples: wanted.examples && existsSync(services.examplesFolder) };
	if (wanted.examples && !options.examples) services.log.warn({}, 'the examples have not been built: npm run console');
	const { host, port, publicUrl } = options;
	const tokens = new TokenFile(options.tokenFile);
	await tokens.refresh();
	const link = new SignInLink(tokens);
	const book = new SessionBook();
	const live = new LiveState(book);
	const feed = new Feed(options.feed);
	const limits = { attempts: options.webhookAttempts, mayBePrivate: options.webhooksMayBePrivate };
	const webhooks = new Webhooks(options.webhooks, limits, services.log);

	const audioIn = new AudioIn({ options: options.audio, services, book });

	let url = publicUrl?.replace(/\/$/, '') ?? '';
	const app = createApp({ options, services, tokens, link, book, live, feed, webhooks, audioIn, url: () => url });
	const webSockets = new WebSockets();
	const server = createAdaptorServer({
		fetch: app.fetch,
		// discord.js and others in this process use the globals, too.
		overrideGlobalObjects: false,
		// Its types know messages as one kind of bytes only.
		websocket: { server: webSockets as unknown as WebSocketServerLike },
		serverOptions: { headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS, maxHeaderSize: MOST_HEADER_BYTES },
	}) as Server;
	server.maxConnections = options.feed.maxSubscribers + options.audio.maxConnections + OTHER_CONNECTIONS;
	server.listen(port, host);
	try {
		await once(server, 'listening');
	} catch (error) {
		feed[Symbol.dispose]();
		await audioIn[Symbol.asyncDispose]();
		const details = { host, port, purpose: 'console', setting: 'web.port', reason: reasonOf(error) };
		throw new SesError('SES_PORT_UNUSABLE', details, error);
	}
	url ||= `http://${bracketed(reachable(host))}:${(server.address() as AddressInfo).port}`;

	const review = setInterval(() => {
		tokens.refresh().then(
			(changed) => {
				if (!changed) return;
				feed.review();
				audioIn.review();
			},
			(error: unknown) => services.log.error({ error }, 'the token file cannot be read'),
		);
	}, TOKENS_EVERY_MS).unref();

	const tell = (draft: FeedDraft): void => webhooks.offer(feed.publish(draft));
	const moods = new GroupMoods(book, {
		windowMs: options.feed.moodEveryMs,
		atLeast: async (guildId) => (await services.settings.get(guildId)).groupOf ?? GROUP_OF,
		tell: (at, data) => {
			const place = book.place(data.sessionId);
			if (!place) return;
			live.mood(data);
			tell({ type: 'mood', at, guildId: place.guildId, about: [], data: () => data });
		},
		log: services.log,
	});
	return {
		url,
		signInUrl: `${url}/sign-in?token=${link.issue()}`,
		exampleUrls: Object.fromEntries(
			(options.examples ? EXAMPLES : []).map((name) => [name, `${url}/sign-in?token=${link.issue()}&to=${name}`]),
		),
		see(event) {
			book.see(event);
			// Drawn up while the book still knows what a member who withdraws was called.
			const draft = draftOf(event, book);
			live.see(event);
			moods.see(event);
			audioIn.see(event, draft);
			if (event.type === 'consent' && event.action === 'withdrawn') {
				feed.withdraw(event.guildId, event.speakerId);
				webhooks.withdraw(event.guildId, event.speakerId);
				book.forget(event.guildId, event.speakerId);
			}
			if (draft) tell(draft);
			if (event.type === 'session' && event.status === 'ended') book.close(event.sessionId);
		},
		async [Symbol.asyncDispose]() {
			clearInterval(review);
			// Before the feed: what was said last is still told.
			await audioIn[Symbol.asyncDispose]();
			moods[Symbol.dispose]();
			feed[Symbol.dispose]();
			webhooks[Symbol.dispose]();
			const closed = once(server, 'close');
			server.close();
			// What is closing by itself may finish; what is not is cut.
			setTimeout(() => {
				for (const webSocket of webSockets.clients) webSocket.terminate();
				server.closeAllConnections();
			}, GOODBYE_MS);
			await closed;
		},
	};
}
