/**
 * Reads the event feed of SpeechEmotionSense, in browsers and in Node 22 or newer. Reconnects with back-off and
 * carries on where it left off. No dependencies; docs/feed.md describes the feed.
 */

export type Emotion =
	| 'anger'
	| 'boredom'
	| 'calm'
	| 'disgust'
	| 'fear'
	| 'happiness'
	| 'neutral'
	| 'sadness'
	| 'surprise';
/** `unsure` is an answer. */
export type EmotionLabel = Emotion | 'unsure';

/** One line of the explanation of a score. */
export interface Reason {
	code: string;
	/** Negative where it takes away. */
	points: number;
	text: string;
}

/** What became of packets. */
export interface Reception {
	heard: number;
	lost: number;
	late: number;
	duplicate: number;
	undecryptable: number;
	concealed: number;
	recovered: number;
	dropped: number;
}

/** What each type of event tells. */
export interface FeedData {
	/** The bot came into a voice channel or left it. */
	session: { status: 'started' | 'ended'; sessionId: string; channelId: string };
	/** One utterance of one speaker. */
	emotion: {
		sessionId: string;
		channelId: string;
		/** Pseudonym, for this voice session. */
		speaker: string;
		/** With the scope feed:speakers only. */
		speakerId?: string | undefined;
		utteranceId: string;
		/** Since the start of the session. */
		startMs: number;
		endMs: number;
		label: EmotionLabel;
		unsureReason?: string | undefined;
		/** 0…1 */
		confidence: number;
		/** −1…1 */
		valence: number;
		/** −1…1 */
		arousal: number;
		/** They sum to 1. */
		probabilities: Record<Emotion, number>;
		/** A sound that was likelier than speech. */
		dominantSound?: string | undefined;
	};
	/** Mood of a group, or why it is not shown. */
	mood: {
		sessionId: string;
		channelId: string;
		/** Milliseconds since the Unix epoch, inclusive. */
		from: number;
		/** Exclusive. */
		to: number;
		status: 'shown' | 'suppressed';
		reason?: string | undefined;
		/** Fewest contributors that figures are shown for. */
		atLeast: number;
		/** `atLeast`, or twice, four times … as many. */
		contributorsAtLeast?: number | undefined;
		valence?: number | undefined;
		arousal?: number | undefined;
		/** Shares of the labels that at least `atLeast` contributors showed. */
		labels?: Partial<Record<EmotionLabel, number>> | undefined;
	};
	/** How tense a channel is. */
	heat: {
		sessionId: string;
		channelId: string;
		state: 'calm' | 'warm' | 'hot' | 'cooling';
		/** 0…1 */
		score: number;
		contributors: number;
		reasons: Reason[];
	};
	/** A channel turned angry. */
	alert: {
		alertId: string;
		sessionId: string;
		channelId: string;
		mode: 'monitor' | 'live';
		held?: string | undefined;
		score: number;
		contributors: number;
		reasons: Reason[];
	};
	/** A member agreed or withdrew. */
	consent: {
		action: 'given' | 'withdrawn';
		version: number;
		/** With a withdrawal: pseudonyms of theirs, to be forgotten. */
		speakers: string[];
		speakerId?: string | undefined;
	};
	/** How well everyone is heard. */
	health: {
		sessionId: string;
		channelId: string;
		speakers: (Reception & { speaker: string; speakerId?: string | undefined; deaf?: string | undefined })[];
		total: Reception;
		ignoredPackets: number;
		malformedPackets: number;
		queueDepth: number;
		droppedUtterances: Record<string, number>;
	};
}

export type FeedType = keyof FeedData;

export type FeedEvent = {
	[Type in FeedType]: {
		v: 1;
		/** To carry on from. */
		id: string;
		type: Type;
		/** Milliseconds since the Unix epoch. */
		at: number;
		guildId: string;
		data: FeedData[Type];
	};
}[FeedType];

export interface FeedOptions {
	/** Where the bot is reached, like `http://127.0.0.1:8787`. */
	url: string;
	/** From `ses token create`. Without one the cookie of the console counts, on its own pages. */
	token?: string;
	/** All that the token reaches, when not set. */
	types?: readonly FeedType[];
	/** Ids of servers; all that the token reaches, when not set. */
	guilds?: readonly string[];
	/** To carry on from, when it was kept. */
	lastEventId?: string;
	/** Default `sse`. */
	transport?: 'sse' | 'websocket';
	/** Ends the feed. */
	signal?: AbortSignal;
	/** Told of each connection; `resumed` when nothing was missed. */
	onConnect?: (resumed: boolean) => void;
	/** Some events were missed for good. */
	onGap?: () => void;
	/** The connection broke; it is tried again after `pauseMs`. */
	onBreak?: (pauseMs: number) => void;
}

/** The feed cannot be read, and trying again would not help. */
export class FeedError extends Error {
	override readonly name = 'FeedError';
	/** HTTP status, or close code of the WebSocket. */
	readonly code: number;

	constructor(message: string, code: number) {
		super(message);
		this.code = code;
	}
}

interface Message {
	v: number;
	id?: string;
	type: string;
	data: unknown;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A connection that has been silent for this many heartbeats is dead. */
const HEARTBEATS = 3;
const FATAL_STATUS = new Set([400, 401, 403, 404, 421]);
const FATAL_CLOSE = new Set([1008, 4001]);
const TYPES: ReadonlySet<string> = new Set<FeedType>([
	'session',
	'emotion',
	'mood',
	'heat',
	'alert',
	'consent',
	'health',
]);

const isEvent = (message: Message): message is FeedEvent => message.v === 1 && TYPES.has(message.type);

/**
 * Reads the feed until `signal` aborts or the loop is left.
 *
 *     for await (const event of connectFeed({ url, token, types: ['heat'] })) …
 *
 * @throws {FeedError} when the token is not good (any more), or asks for more than it may
 */
export async function* connectFeed(options: FeedOptions): AsyncGenerator<FeedEvent, void, undefined> {
	const { signal, onConnect, onGap, onBreak } = options;
	const open = options.transport === 'websocket' ? overWebSocket : overSse;
	let lastEventId = options.lastEventId;
	let failures = 0;
	while (!signal?.aborted) {
		// Whatever ends this connection, the loop being left included, ends it for both sides.
		const connection = new AbortController();
		const end = (): void => connection.abort();
		signal?.addEventListener('abort', end);
		try {
			for await (const message of open(options, lastEventId, connection)) {
				failures = 0;
				if (message.id !== undefined) lastEventId = message.id;
				if (message.type === 'hello') onConnect?.((message.data as { resumed: boolean }).resumed);
				else if (message.type === 'gap') onGap?.();
				else if (message.type === 'close') throwIfFatal((message.data as { code: number }).code);
				else if (isEvent(message)) yield message;
				if (signal?.aborted) return;
			}
		} catch (error) {
			if (error instanceof FeedError) throw error;
		} finally {
			signal?.removeEventListener('abort', end);
			connection.abort();
		}
		if (signal?.aborted) return;
		const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++) * (0.5 + Math.random() / 2);
		onBreak?.(pauseMs);
		await pause(pauseMs, signal);
	}
}

function throwIfFatal(code: number): void {
	if (FATAL_CLOSE.has(code)) throw new FeedError('The feed was closed, and not to be opened again.', code);
}

function addressOf({ url, types, guilds }: FeedOptions, path: string, lastEventId: string | undefined): URL {
	const address = new URL(`/api/v1/${path}`, url);
	if (types) address.searchParams.set('types', types.join(','));
	if (guilds) address.searchParams.set('guilds', guilds.join(','));
	if (lastEventId !== undefined) address.searchParams.set('lastEventId', lastEventId);
	return address;
}

/** Aborts a connection that says nothing for too long. */
class Watchdog {
	readonly #connection: AbortController;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#patienceMs = 60_000;

	constructor(connection: AbortController) {
		this.#connection = connection;
		this.heard();
	}

	heard(message?: Message): void {
		if (message?.type === 'hello') {
			this.#patienceMs = (message.data as { heartbeatMs: number }).heartbeatMs * HEARTBEATS;
		}
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#connection.abort(), this.#patienceMs);
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}

/** Over fetch rather than EventSource, which can send no token and does not tell why it failed. */
async function* overSse(options: FeedOptions, lastEventId: string | undefined, connection: AbortController) {
	const watchdog = new Watchdog(connection);
	try {
		const response = await askForEvents(options, lastEventId, connection.signal);
		if (!response.body) return;
		const decoder = new TextDecoder();
		const reader = response.body.getReader();
		let rest = '';
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			watchdog.heard();
			const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
			rest = blocks.pop() ?? '';
			for (const block of blocks) {
				const data = block.split('\n').find((line) => line.startsWith('data: '));
				if (data === undefined) continue;
				const message = JSON.parse(data.slice('data: '.length)) as Message;
				watchdog.heard(message);
				yield message;
			}
		}
	} finally {
		watchdog.stop();
	}
}

/** @throws {FeedError} when it is refused for good, or what the network says */
async function askForEvents(options: FeedOptions, lastEventId: string | undefined, signal: AbortSignal) {
	const response = await fetch(addressOf(options, 'events', lastEventId), {
		headers: { accept: 'text/event-stream', ...(options.token && { authorization: `Bearer ${options.token}` }) },
		cache: 'no-store',
		signal,
	});
	if (FATAL_STATUS.has(response.status)) throw new FeedError(await problemOf(response), response.status);
	if (!response.ok) throw new Error(`The feed answered ${response.status}.`);
	return response;
}

/** @throws {FeedError} when the feed would refuse us for good */
async function probe(options: FeedOptions, signal: AbortSignal): Promise<void> {
	const response = await askForEvents(options, undefined, signal);
	await response.body?.cancel();
}

async function problemOf(response: Response): Promise<string> {
	try {
		return ((await response.json()) as { error: { message: string } }).error.message;
	} catch {
		return `The feed answered ${response.status}.`;
	}
}

async function* overWebSocket(options: FeedOptions, lastEventId: string | undefined, connection: AbortController) {
	const address = addressOf(options, 'ws', lastEventId);
	address.protocol = address.protocol.replace('http', 'ws');
	const { token } = options;
	const socket = new WebSocket(address, ['ses.v1', ...(token === undefined ? [] : [`bearer.${token}`])]);
	const arrived: Message[] = [];
	let wake = (): void => {};
	let closed: { code: number } | undefined;
	let greeted = false;
	socket.addEventListener('message', ({ data }) => {
		arrived.push(JSON.parse(String(data)) as Message);
		wake();
	});
	const over = (code: number): void => {
		closed ??= { code };
		wake();
	};
	socket.addEventListener('close', ({ code }) => over(code));
	socket.addEventListener('error', () => over(1006));
	// Browsers do not show pings: whether the other side lives is asked, and answered.
	const watchdog = new Watchdog(connection);
	let asking: ReturnType<typeof setInterval> | undefined;
	connection.signal.addEventListener('abort', () => {
		socket.close();
		over(1006);
	});
	try {
		for (;;) {
			while (arrived.length > 0) {
				const message = arrived.shift() as Message;
				watchdog.heard(message);
				if (message.type === 'hello') {
					greeted = true;
					const { heartbeatMs } = message.data as { heartbeatMs: number };
					asking = setInterval(() => socket.readyState === 1 && socket.send('{"type":"ping"}'), heartbeatMs);
				}
				yield message;
			}
			if (closed) {
				throwIfFatal(closed.code);
				// A WebSocket does not tell why it was refused.
				if (!greeted && !connection.signal.aborted) await probe(options, connection.signal);
				return;
			}
			await new Promise<void>((resolve) => {
				wake = resolve;
			});
		}
	} finally {
		watchdog.stop();
		clearInterval(asking);
		socket.close();
	}
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
	return new Promise((resolve) => {
		const done = (): void => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal?.addEventListener('abort', done);
	});
}
