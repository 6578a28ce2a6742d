import { throwIfFatal } from './error.ts';
import type { Message } from './events.ts';
import type { FeedOptions } from './options.ts';
import { addressOf, probe } from './request.ts';
import { Watchdog } from './watchdog.ts';

export async function* overWebSocket(
	options: FeedOptions,
	lastEventId: string | undefined,
	connection: AbortController,
): AsyncGenerator<Message, void, undefined> {
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
