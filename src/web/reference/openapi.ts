import { z } from 'zod';
import {
	acknowledgeBody,
	alertAnswer,
	alertIdSchema,
	logoutBody,
	problemAnswer,
	revealAnswer,
	revealBody,
	sessionAnswer,
	stateAnswer,
	verdictBody,
} from '../console/schemas.ts';
import { FEED_TYPES } from '../feed/index.ts';

/** One route as the document has it, and as the app must have it. */
interface Route {
	readonly method: 'get' | 'post';
	readonly path: string;
	readonly summary: string;
	readonly security: readonly ('cookie' | 'token')[];
	readonly body?: z.ZodType;
	readonly answer?: z.ZodType;
	/** What it answers instead of JSON. */
	readonly other?: { readonly status: number; readonly description: string; readonly type?: string };
	readonly feed?: true;
	readonly problems: readonly number[];
}

const CHANGES = [400, 401, 403, 413, 415, 421, 429];

const ROUTES: readonly Route[] = [
	{
		method: 'get',
		path: '/sign-in',
		summary: 'Signs an operator in with the link of the log, once.',
		security: [],
		other: { status: 303, description: 'To `/`, or to `/?error=sign-in` when the link is not good (any more).' },
		problems: [421, 429],
	},
	{
		method: 'get',
		path: '/auth/discord',
		summary: 'Begins to sign a moderator in with Discord.',
		security: [],
		other: { status: 303, description: "To Discord's page, or to `/?error=discord` when it is not set up." },
		problems: [421, 429],
	},
	{
		method: 'get',
		path: '/auth/discord/callback',
		summary: 'Where Discord sends the browser back to.',
		security: [],
		other: { status: 303, description: 'To `/`, with `error` when it did not work out.' },
		problems: [421, 429],
	},
	{
		method: 'get',
		path: '/api/v1/session',
		summary: 'Who is signed in.',
		security: [],
		answer: sessionAnswer,
		problems: [401, 403, 421, 429],
	},
	{
		method: 'get',
		path: '/api/v1/state',
		summary: 'Everything that a page shows before the first event.',
		security: ['cookie'],
		answer: stateAnswer,
		problems: [401, 403, 421, 429],
	},
	{
		method: 'post',
		path: '/api/v1/alerts/{alertId}/acknowledge',
		summary: 'Somebody looks after an alert. Who was first stays.',
		security: ['cookie'],
		body: acknowledgeBody,
		answer: alertAnswer,
		problems: [...CHANGES, 404],
	},
	{
		method: 'post',
		path: '/api/v1/alerts/{alertId}/verdict',
		summary: 'What an alert turned out to be.',
		security: ['cookie'],
		body: verdictBody,
		answer: alertAnswer,
		problems: [...CHANGES, 404],
	},
	{
		method: 'post',
		path: '/api/v1/alerts/{alertId}/reveal',
		summary: 'Names those whose speech an alert rests on; the audit log keeps who asked and why.',
		security: ['cookie'],
		body: revealBody,
		answer: revealAnswer,
		problems: [...CHANGES, 404],
	},
	{
		method: 'post',
		path: '/api/v1/logout',
		summary: 'Ends the session and its streams.',
		security: ['cookie'],
		body: logoutBody,
		answer: sessionAnswer,
		problems: CHANGES,
	},
	{
		method: 'get',
		path: '/api/v1/events',
		summary: 'The event feed as server-sent events; asyncapi.json describes them.',
		security: ['cookie', 'token'],
		other: { status: 200, description: 'The feed.', type: 'text/event-stream' },
		feed: true,
		problems: [400, 401, 403, 421, 429, 503],
	},
	{
		method: 'get',
		path: '/api/v1/ws',
		summary: 'The event feed over WebSocket; asyncapi.json describes it.',
		security: ['cookie', 'token'],
		other: { status: 101, description: 'The feed, as sub-protocol `ses.v1`.' },
		feed: true,
		problems: [400, 401, 403, 421, 429, 503],
	},
	{
		method: 'get',
		path: '/api/v1/audio',
		summary: 'Takes a voice over WebSocket; asyncapi.json describes it.',
		security: ['cookie', 'token'],
		other: { status: 101, description: 'Audio in, as sub-protocol `ses-audio.v1`.' },
		problems: [400, 401, 403, 404, 421, 429],
	},
	{
		method: 'get',
		path: '/api/v1/audio/twilio',
		summary: "Takes one side of a call from Twilio's Media Streams; its token is in the message `start`.",
		security: [],
		other: { status: 101, description: 'Media Streams.' },
		problems: [400, 401, 403, 404, 421, 429],
	},
];

const PROBLEM_TEXTS: Readonly<Record<number, string>> = {
	400: 'Does not fit its schema.',
	401: 'Nobody is signed in, or the token is not good (any more).',
	403: 'Not your server or scope, or the page did not show that it is ours.',
	404: 'There is no such thing.',
	413: 'More than 16 KB.',
	415: 'Not application/json.',
	421: 'Meant for another host.',
	429: 'Too often; `Retry-After` says when again.',
	503: 'Too many are connected.',
};

/** JSON Schema of 2020-12, as OpenAPI 3.1 and AsyncAPI 3 have it. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output' = 'output'): object {
	const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
	return rest;
}

const json = (schema: z.ZodType, io: 'input' | 'output') => ({
	content: { 'application/json': { schema: jsonSchema(schema, io) } },
});

const FEED_PARAMETERS = [
	{
		name: 'types',
		in: 'query',
		description: 'Types of events, separated by commas; all that one may read but `partial` when absent.',
		style: 'form',
		explode: false,
		schema: { type: 'array', items: { type: 'string', enum: FEED_TYPES } },
	},
	{
		name: 'guilds',
		in: 'query',
		description: 'Ids of servers, separated by commas; all that one may read when absent.',
		style: 'form',
		explode: false,
		schema: { type: 'array', items: { type: 'string' } },
	},
	{ name: 'lastEventId', in: 'query', description: 'To carry on from.', schema: { type: 'string' } },
	{ name: 'Last-Event-ID', in: 'header', description: 'The same.', schema: { type: 'string' } },
];

function operationOf(route: Route): object {
	const { summary, security, body, answer, other, problems } = route;
	const parameters = [
		...(route.path.includes('{alertId}')
			? [{ name: 'alertId', in: 'path', required: true, schema: jsonSchema(alertIdSchema) }]
			: []),
		...(body ? [{ name: 'X-CSRF-Token', in: 'header', required: true, schema: { type: 'string' } }] : []),
		...(route.feed ? FEED_PARAMETERS : []),
	];
	return {
		summary,
		security: security.map((name) => ({ [name]: [] })),
		...(parameters.length > 0 && { parameters }),
		...(body && { requestBody: { required: true, ...json(body, 'input') } }),
		responses: {
			...(answer && { 200: { description: 'As it is now.', ...json(answer, 'output') } }),
			...(other && {
				[other.status]: { description: other.description, ...(other.type && { content: { [other.type]: {} } }) },
			}),
			...Object.fromEntries(problems.map((status) => [status, { $ref: `#/components/responses/${status}` }])),
		},
	};
}

/** docs/openapi.json */
export function openApiDocument(version: string): object {
	const paths: Record<string, Record<string, object>> = {};
	for (const route of ROUTES) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
	return {
		openapi: '3.1.1',
		info: {
			title: 'SpeechEmotionSense',
			version,
			description:
				'Console, event feed and audio in. Written from the schemas that check every message; docs/feed.md and docs/audio-in.md explain them.',
			license: { name: 'MIT', identifier: 'MIT' },
		},
		servers: [{ url: 'http://127.0.0.1:8787' }],
		paths,
		components: {
			securitySchemes: {
				cookie: { type: 'apiKey', in: 'cookie', name: 'ses_session', description: 'From signing in.' },
				token: { type: 'http', scheme: 'bearer', description: 'From `ses token create`.' },
			},
			responses: Object.fromEntries(
				Object.entries(PROBLEM_TEXTS).map(([status, description]) => [
					status,
					{ description, ...json(problemAnswer, 'output') },
				]),
			),
		},
	};
}

/** `GET /api/v1/state` and so on, for whoever compares it with the app. */
export const documentedRoutes = (): string[] =>
	ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
