import { parentPort, workerData } from 'node:worker_threads';
import { serveRequests } from './serve-requests.ts';

/** Entry of an inference thread. */

if (!parentPort) throw new Error('This file runs in a worker thread only.');
const port = parentPort;

await serveRequests(workerData, {
	tell: (message) => port.postMessage(message),
	onRequest: (listener) => void port.on('message', listener),
	rssBytes: () => undefined,
	leave: () => port.close(),
});
