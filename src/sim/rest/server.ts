import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, refusals } from '../service/index.ts';
import type { RestContext } from './context.ts';
import { rateLimited } from './rate-limits.ts';
import { readBody } from './request-body.ts';
import { type RouteMatch, Router } from './router.ts';
import { applicationRoutes } from './routes-applications.ts';
import { channelRoutes } from './routes-channels.ts';
import { expressionRoutes } from './routes-expressions.ts';
import { guildRoutes } from './routes-guilds.ts';
import { interactionRoutes } from './routes-interactions.ts';

const API_PATH = /^\/api(?:\/v(?:9|10))?(\/.*)$/;
const ATTACHMENT_PATH = /^\/attachments\/\d+\/(\d+)\/[^/]+$/;

/** Discord's REST API, version 10, as far as a voice bot needs it, and its CDN for attachments. */
export class RestServer implements AsyncDisposable {
	readonly #context: RestContext;
	readonly #http: Server;
	readonly #router: Router;

	private constructor(context: RestContext, http: Server) {
		this.#context = context;
		this.#http = http;
		this.#router = new Router([
			...applicationRoutes(context),
			...interactionRoutes(context),
			...channelRoutes(context),
			...expressionRoutes(context),
			...guildRoutes(context),
		]);
		http.on('request', (request, response) => void this.#serve(request, response));
	}

	static async start(context: RestContext): Promise<RestServer> {
		const http = createServer();
		http.listen(0, '127.0.0.1');
		await once(http, 'listening');
		const server = new RestServer(context, http);
		context.board.cdn = server.origin;
		return server;
	}

	get origin(): string {
		return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
	}

	/** For `DISCORD_API_BASE` and discord.js's `rest.api`. */
	get apiBase(): string {
		return `${this.origin}/api`;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#http.close();
		this.#http.closeAllConnections();
		await once(this.#http, 'close');
	}

	/** @throws RangeError when no route has this path (and method), so that a fault cannot strike in the void */
	requireRoute(path: string | undefined, method: string | undefined): void {
		if (path !== undefined && !this.#router.knows(path, method)) {
			throw new RangeError(
				`There is no route "${method ?? ''} ${path}"; parameters are written as in /channels/:channelId`,
			);
		}
	}

	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		try {
			const url = new URL(request.url ?? '/', this.origin);
			const attachment = ATTACHMENT_PATH.exec(url.pathname)?.[1];
			if (attachment !== undefined) this.#sendAttachment(attachment, response);
			else {
				const result = await this.#handle(request, response, url);
				if (response.headersSent) return;
				if (result === undefined) response.writeHead(204).end();
				else send(response, 200, result);
			}
		} catch (error) {
			if (error instanceof ApiError) send(response, error.status, error.body);
			else if (request.destroyed && !response.writable) response.destroy();
			else send(response, 500, { message: '500: Internal Server Error', code: 0 });
		}
	}

	async #handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<unknown> {
		const path = API_PATH.exec(url.pathname)?.[1];
		const match = this.#router.match(request.method ?? 'GET', path ?? '');
		if (match.status === 'unknown') throw refusals.notFound();
		if (match.status === 'wrong-method') throw refusals.methodNotAllowed();
		const { route, params } = match;
		const token = /^Bot (.+)$/.exec(request.headers.authorization ?? '')?.[1];
		const bot = this.#context.world.bot(token ?? '');
		const query = url.searchParams;
		if (!route.isPublic && bot === undefined) throw refusals.unauthorized();
		// The body is read in any case: a client that is still sending would not see the answer.
		const body = await readBody(request);
		if (await this.#isTroubled(match, bot?.user.id, response)) return undefined;
		if (route.isPublic) return route.handler({ ...body, params, query });
		if (bot === undefined) throw refusals.unauthorized();
		return route.handler({ ...body, params, query, bot });
	}

	/** @returns whether a rate limit or a rule has answered already */
	async #isTroubled(
		{ route, params }: Extract<RouteMatch, { status: 'found' }>,
		botId: string | undefined,
		response: ServerResponse,
	): Promise<boolean> {
		const { limits, rules } = this.#context;
		// Routes with a token of their own, such as answers to interactions, are not limited.
		if (botId !== undefined && route.isPublic !== true) {
			const resource = params['channelId'] ?? params['guildId'] ?? '';
			const { headers, retryAfterMs, isGlobal } = limits.take({
				route: route.path,
				method: route.method,
				resource,
				botId,
			});
			for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
			if (retryAfterMs !== undefined) {
				const { headers: more, body } = rateLimited(retryAfterMs, isGlobal ? 'global' : 'user');
				send(response, 429, body, more);
				return true;
			}
		}
		const rule = rules.match(
			(each) => (each.route ?? route.path) === route.path && (each.method ?? route.method) === route.method,
		);
		if (rule?.effect.kind === 'stall') await rule.effect.until();
		if (rule?.effect.kind !== 'refuse') return false;
		const { status, retryAfterMs } = rule.effect;
		const { headers, body } = rateLimited(retryAfterMs, 'shared');
		if (status === 429) send(response, status, body, headers);
		else send(response, status, { message: `${status}: ${STATUS_CODES[status] ?? 'Refused'}`, code: 0 });
		return true;
	}

	#sendAttachment(id: string, response: ServerResponse): void {
		const attachment = this.#context.board.attachment(id);
		if (attachment === undefined) throw refusals.notFound();
		const { bytes, contentType } = attachment;
		response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length }).end(bytes);
	}
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
	const json = Buffer.from(JSON.stringify(body));
	const own = { 'content-type': 'application/json', 'content-length': json.length };
	response.writeHead(status, { ...own, ...headers }).end(json);
}
