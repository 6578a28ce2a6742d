import { FeedError, throwIfFatal } from './error.ts';
import { type FeedEvent, isEvent } from './events.ts';
import type { FeedOptions } from './options.ts';
import { overSse } from './sse.ts';
import { overWebSocket } from './websocket.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

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
