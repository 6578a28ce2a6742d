import { once } from 'node:events';
import { startSchema } from './messages.ts';
import { serveRequests } from './serve-requests.ts';

/** Entry of an inference process. */

if (!process.send) throw new Error('This file runs as a child process only.');

// A terminal and a service manager signal the whole group; the parent drains first and then says stop.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
// The parent is gone: nobody is left to answer.
process.on('disconnect', () => process.exit());

const [start] = await once(process, 'message');
await serveRequests(startSchema.parse(start).data, {
	tell: (message) => void process.send?.(message, undefined, undefined, () => undefined),
	onRequest: (listener) => void process.on('message', listener),
	rssBytes: () => process.memoryUsage.rss(),
	leave: () => process.disconnect(),
});
