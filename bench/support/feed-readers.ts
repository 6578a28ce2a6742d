import { connect, type Socket } from 'node:net';
import { z } from 'zod';

/**
 * Many readers of the feed in a process of their own. They speak just enough HTTP and look at nothing but the times
 * in what they get, so that they take as little as they can of the machine that they share with the server.
 */
const orderSchema = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('connect'),
		port: z.number(),
		count: z.number(),
		transport: z.enum(['sse', 'websocket']),
		token: z.string(),
	}),
	/** So many further events for each reader. */
	z.object({ type: z.literal('expect'), events: z.number() }),
]);
export type Order = z.infer<typeof orderSchema>;

export interface Report {
	/** From sent to read, of each event that each reader was to get. */
	readonly latenciesMs: number[];
}

/** The envelope's own time comes first in it, and nothing else looks like this. */
const AT = Buffer.from('"at":');
const DIGITS = 13;
const HELLO = '"hello"';
const BARE_HELLO = 'event: hello';

const request = (transport: 'sse' | 'websocket', token: string): string =>
	[
		`GET /api/v1/${transport === 'sse' ? 'events' : 'ws'} HTTP/1.1`,
		'Host: 127.0.0.1',
		`Authorization: Bearer ${token}`,
		...(transport === 'sse'
			? []
			: [
					'Connection: Upgrade',
					'Upgrade: websocket',
					'Sec-WebSocket-Version: 13',
					'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
					'Sec-WebSocket-Protocol: ses.v1',
				]),
		'',
		'',
	].join('\r\n');

let count = 0;
let wanted = 0;
let latenciesMs: number[] = [];
const report = (): void => {
	process.send?.({ latenciesMs } satisfies Report);
	latenciesMs = [];
	wanted = 0;
};

/** Takes the times out of what arrived; an event may arrive in pieces. */
function read(socket: Socket): void {
	let rest: Buffer = Buffer.alloc(0);
	socket.on('data', (chunk: Buffer) => {
		const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		const now = Date.now();
		let from = 0;
		for (;;) {
			const found = text.indexOf(AT, from);
			const start = found + AT.length;
			if (found < 0 || start + DIGITS > text.length) {
				rest = text.subarray(found < 0 ? Math.max(from, text.length - AT.length) : found);
				break;
			}
			latenciesMs.push(now - Number(text.toString('latin1', start, start + DIGITS)));
			from = start + DIGITS;
		}
		if (wanted > 0 && latenciesMs.length >= wanted) report();
	});
	socket.on('close', () => process.exit(1));
}

/** Resolves once the server has greeted. */
function open(port: number, transport: 'sse' | 'websocket', token: string): Promise<void> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, '127.0.0.1');
		let greeting = '';
		socket.on('error', reject);
		socket.write(request(transport, token));
		const listen = (chunk: Buffer): void => {
			greeting += chunk.toString('latin1');
			if (!greeting.includes(HELLO) && !greeting.includes(BARE_HELLO)) return;
			socket.off('data', listen);
			read(socket);
			resolve();
		};
		socket.on('data', listen);
	});
}

process.on('message', async (message) => {
	const order = orderSchema.parse(message);
	if (order.type === 'connect') {
		count = order.count;
		for (let index = 0; index < count; index++) await open(order.port, order.transport, order.token);
		process.send?.({ latenciesMs: [] } satisfies Report);
		return;
	}
	wanted = order.events * count;
	if (latenciesMs.length >= wanted) report();
});
