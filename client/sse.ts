import type { Message } from './events.ts';
import type { FeedOptions } from './options.ts';
import { askForEvents } from './request.ts';
import { Watchdog } from './watchdog.ts';

/** Over fetch rather than EventSource, which can send no token and does not tell why it failed. */
export async function* overSse(
	options: FeedOptions,
	lastEventId: string | undefined,
	connection: AbortController,
): AsyncGenerator<Message, void, undefined> {
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
