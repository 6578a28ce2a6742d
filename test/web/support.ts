import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import type { AlertRecord, EmotionEvent, Log, MemberHealth, SesEvent } from '../../src/domain/index.ts';
import { openStore, type Store } from '../../src/storage/index.ts';
import {
	type AlertDesk,
	openWeb,
	TokenFile,
	type Web,
	type WebOptions,
	type WebServices,
	webOptions,
} from '../../src/web/index.ts';

export const SILENT_LOG: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const HOME = '1456074443984994304';
export const OTHER = '1456074443984994305';
export const LOUNGE = '1456074443984994400';
export const ADA = '1456074443984994501';
export const BEN = '1456074443984994502';

const GUILDS = [
	{ id: HOME, name: 'Home' },
	{ id: OTHER, name: 'Other' },
];

export interface WebBench extends AsyncDisposable {
	readonly web: Web;
	readonly url: string;
	readonly store: Store;
	readonly tokens: TokenFile;
	readonly folder: string;
	/** Hands an event to the web room, as the event bus does. */
	see(event: SesEvent): void;
}

/** The real server on a free port, with a real store behind it; only Discord is left out. */
export async function openBench(
	options: Partial<Parameters<typeof webOptions.parse>[0] & object> = {},
	services: Partial<WebServices> = {},
): Promise<WebBench> {
	await using stack = new AsyncDisposableStack();
	const folder = await mkdtemp(join(tmpdir(), 'ses-web-'));
	stack.defer(() => rm(folder, { recursive: true }));
	const store = stack.use(await openStore({ file: ':memory:', key: '00'.repeat(32) }));
	const tokenFile = join(folder, 'tokens.json');
	const parsed: WebOptions = webOptions.parse({ port: 0, tokenFile, ...options });
	const web = stack.use(
		await openWeb(parsed, {
			alerts: store.alerts,
			desk: deskOver(store),
			consents: store.consents,
			settings: store.settings,
			directory: {
				guilds: () => GUILDS,
				channelName: (_, channelId) => (channelId === LOUNGE ? 'lounge' : undefined),
				memberName: async (_, userId) => (userId === ADA ? 'Ada' : undefined),
			},
			retentionDays: 30,
			inference: () => ({ model: 'model@1', workers: 1, restarts: 0, queue: { waiting: 2 } }),
			queues: new Hono()
				.get('/', (context) => context.text('the queues'))
				.put('/drain', (context) => context.text('gone')),
			consoleFolder: join(folder, 'console'),
			examplesFolder: join(folder, 'examples'),
			log: SILENT_LOG,
			...services,
		}),
	);
	const tokens = new TokenFile(tokenFile);
	const running = stack.move();
	return {
		web,
		url: web.url,
		store,
		tokens,
		folder,
		see: (event) => web.see(event),
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}

/** As the bot's own desk keeps alerts and the audit log, without its settings. */
function deskOver(store: Store): AlertDesk {
	const act = async (
		{ guildId, userId: actor }: { guildId: string; userId: string },
		alertId: string,
		action: 'acknowledge' | 'verdict',
		change: Partial<AlertRecord>,
	): ReturnType<AlertDesk['judge']> => {
		if (!(await store.alerts.get(guildId, alertId))) return { status: 'unknown' };
		await store.audit.add({ guildId, at: Date.now(), actor, action, subject: alertId, detail: '' });
		const alert = await store.alerts.change(guildId, alertId, change);
		return alert ? { status: 'done', alert } : { status: 'unknown' };
	};
	return {
		acknowledge: (who, alertId) =>
			act(who, alertId, 'acknowledge', { acknowledged: { by: who.userId, at: Date.now() } }),
		judge: (who, alertId, verdict) =>
			act(who, alertId, 'verdict', { verdict: { by: who.userId, at: Date.now(), verdict } }),
		reveal: async ({ guildId, userId: actor }, alertId, detail) => {
			const alert = await store.alerts.get(guildId, alertId);
			if (alert) await store.audit.add({ guildId, at: Date.now(), actor, action: 'reveal', subject: alertId, detail });
			return alert?.speakers;
		},
	};
}

/** A browser that has signed in. */
export interface Visit {
	readonly cookie: string;
	readonly csrfToken: string;
	get(path: string): Promise<Response>;
	/** As the page itself posts. */
	post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export const cookieOf = (response: Response): string =>
	response.headers
		.getSetCookie()
		.map((cookie) => cookie.split(';')[0])
		.join('; ');

export async function visitWith(url: string, cookie: string): Promise<Visit> {
	const session = (await (await fetch(`${url}/api/v1/session`, { headers: { cookie } })).json()) as {
		csrfToken: string;
	};
	const { csrfToken } = session;
	return {
		cookie,
		csrfToken,
		get: (path) => fetch(`${url}${path}`, { headers: { cookie }, redirect: 'manual' }),
		post: (path, body, headers = {}) =>
			fetch(`${url}${path}`, {
				method: 'POST',
				headers: { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json', origin: url, ...headers },
				body: typeof body === 'string' ? body : JSON.stringify(body),
			}),
	};
}

export async function signIn({ url, web, tokens }: WebBench, again = false): Promise<Visit> {
	const link = again ? `${url}/sign-in?token=${await tokens.createLink()}` : web.signInUrl;
	return visitWith(url, cookieOf(await fetch(link, { redirect: 'manual' })));
}

export const started = (sessionId: string, guildId = HOME, channelId = LOUNGE): SesEvent => ({
	type: 'session',
	at: Date.now(),
	status: 'started',
	sessionId,
	guildId,
	channelId,
});

export const ended = (sessionId: string, guildId = HOME, channelId = LOUNGE): SesEvent => ({
	...(started(sessionId, guildId, channelId) as Extract<SesEvent, { type: 'session' }>),
	status: 'ended',
});

let utterances = 0;
export const emotion = (sessionId: string, speakerId: string, more: Partial<EmotionEvent> = {}): EmotionEvent => ({
	type: 'emotion',
	at: Date.now(),
	sessionId,
	speakerId,
	utteranceId: `${sessionId}-${++utterances}`,
	startMs: 0,
	endMs: 1500,
	label: 'anger',
	confidence: 0.7,
	valence: -0.4,
	arousal: 0.5,
	probabilities: {
		anger: 0.7,
		boredom: 0,
		calm: 0,
		disgust: 0.1,
		fear: 0,
		happiness: 0,
		neutral: 0.2,
		sadness: 0,
		surprise: 0,
	},
	quality: { durationMs: 1500, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 },
	model: 'model@1',
	...more,
});

export const heat = (sessionId: string, score = 0.4): SesEvent => ({
	type: 'heat',
	at: Date.now(),
	sessionId,
	state: 'warm',
	score,
	contributors: 2,
	reasons: [{ code: 'sustained-anger', points: 0.4, text: 'anger over several turns' }],
});

export const withdrawn = (speakerId: string, guildId = HOME): SesEvent => ({
	type: 'consent',
	at: Date.now(),
	guildId,
	speakerId,
	action: 'withdrawn',
	version: 1,
});

const COUNTS = { heard: 10, lost: 1, late: 0, duplicate: 0, undecryptable: 0, concealed: 1, recovered: 0, dropped: 0 };
export const health = (sessionId: string, speakerId: string, more: Partial<MemberHealth> = {}): SesEvent => ({
	type: 'health',
	at: Date.now(),
	sessionId,
	members: [{ speakerId, ...COUNTS, ...more }],
	total: COUNTS,
	ignoredPackets: 5,
	malformedPackets: 0,
	queueDepth: 0,
	droppedUtterances: {},
});

export const alertRecord = (alertId: string, guildId = HOME): AlertRecord => ({
	alertId,
	guildId,
	channelId: LOUNGE,
	sessionId: 'aaaa0001',
	at: Date.now(),
	mode: 'monitor',
	score: 0.6,
	contributors: 2,
	reasons: [{ code: 'sustained-anger', points: 0.6, text: 'anger over several turns' }],
	heat: [{ at: Date.now(), score: 0.6, state: 'hot' }],
	speakers: [ADA, BEN],
});
