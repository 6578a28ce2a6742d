import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SesEvent } from '../../src/domain/index.ts';
import { openWeb, TokenFile, type Web, webOptions } from '../../src/web/index.ts';
import type { Comparison, Suite } from '../harness/index.ts';
import type { Order, Report } from '../support/feed-readers.ts';
import { webServices } from '../support/web-services.ts';

const READERS = fileURLToPath(new URL('../support/feed-readers.ts', import.meta.url));
const GUILD = '1456074443984994304';
const EVENTS_A_SECOND = 50;
const P99 = 0.99;

/** A thousand programs in a process of their own, so that what is measured here is the server alone. */
class Readers implements AsyncDisposable {
	readonly #child = fork(READERS, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
	readonly #gone = once(this.#child, 'exit').then(() => undefined);

	async #ask(order: Order): Promise<Report> {
		const answer = new Promise<[Report]>((resolve) =>
			this.#child.once('message', (report) => resolve([report as Report])),
		);
		this.#child.send(order);
		const first = await Promise.race([answer, this.#gone]);
		if (!first) throw new Error('the readers were cut off');
		return first[0];
	}
	/** Connects all of them; resolves when each has been greeted. */
	async connect(order: Omit<Extract<Order, { type: 'connect' }>, 'type'>): Promise<void> {
		await this.#ask({ type: 'connect', ...order });
	}
	/** Resolves when each of them has had so many more events. @returns milliseconds from sent to read, of all of them */
	async expect(events: number): Promise<number[]> {
		const report = await this.#ask({ type: 'expect', events });
		return report.latenciesMs;
	}
	async [Symbol.asyncDispose](): Promise<void> {
		this.#child.kill();
		await this.#gone;
	}
}

const heat = (at: number): SesEvent => ({
	type: 'heat',
	at,
	sessionId: 'bench',
	state: 'warm',
	score: 0.41,
	contributors: 3,
	reasons: [
		{ code: 'sustained-anger', points: 0.3, text: 'anger over several turns' },
		{ code: 'negative-valence', points: 0.11, text: 'what is said sounds unpleasant' },
	],
});

/** Processor time of this process, in milliseconds. */
const cpuMs = (): number => {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
};

/** The least that it takes: one write of the same bytes to each socket. */
async function plainServer(): Promise<{ server: Server; sockets: Set<Socket> }> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		socket.setNoDelay(true);
		socket.on('error', () => {});
		socket.once('data', () => {
			// As much of an answer as the readers look for.
			socket.write('HTTP/1.1 200 OK\r\n\r\nevent: hello\ndata: {}\n\n');
			sockets.add(socket);
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return { server, sockets };
}

/** The event feed: events to a thousand programs at a time. */
export const feed: Suite = {
	name: 'feed',
	about: 'events from the bot to a thousand programs, over SSE and WebSocket',
	async open(scale) {
		const count = scale === 'full' ? 1000 : 20;
		const half = count / 2;
		await using stack = new AsyncDisposableStack();
		const folder = await mkdtemp(join(tmpdir(), 'ses-bench-feed-'));
		stack.defer(() => rm(folder, { recursive: true }));
		const tokenFile = join(folder, 'tokens.json');
		const token = await new TokenFile(tokenFile).create({ name: 'bench', scopes: ['feed:read'], guilds: 'all' });
		const limits = { requests: 1_000_000, streams: 1_000_000 };
		// The readers answer no pings.
		const options = webOptions.parse({ port: 0, tokenFile, limits, feed: { heartbeatMs: 3_600_000 } });
		const web: Web = stack.use(await openWeb(options, webServices(folder)));
		web.see({
			type: 'session',
			at: Date.now(),
			status: 'started',
			sessionId: 'bench',
			guildId: GUILD,
			channelId: GUILD,
		});
		const plain = await plainServer();
		stack.defer(async () => {
			for (const socket of plain.sockets) socket.destroy();
			plain.server.close();
			await once(plain.server, 'close');
		});
		const { port } = new URL(web.url);
		const connected = async (transport: 'sse' | 'websocket', to: number, many: number): Promise<Readers> => {
			const readers = stack.use(new Readers());
			await readers.connect({ port: to, count: many, transport, token });
			return readers;
		};
		const [sse, webSocket] = [
			await connected('sse', Number(port), half),
			await connected('websocket', Number(port), half),
		];
		const bare = await connected('sse', (plain.server.address() as { port: number }).port, count);

		/** Half of the readers come by SSE, half by WebSocket. */
		const ours = (at: number): void => web.see(heat(at));
		const floor = (at: number): void => {
			const block = Buffer.from(
				`id: abcdef-1\nevent: heat\ndata: ${JSON.stringify({ ...heat(at), v: 1, guildId: GUILD })}\n\n`,
			);
			for (const socket of plain.sockets) socket.write(block);
		};
		const pace = async (send: (at: number) => void, seconds: number): Promise<void> => {
			const begun = performance.now();
			for (let index = 0; index < EVENTS_A_SECOND * seconds; index++) {
				await delay(Math.max(0, begun + (index * 1000) / EVENTS_A_SECOND - performance.now()));
				send(Date.now());
			}
		};
		const seconds = scale === 'full' ? 1 : 0.2;
		const events = EVENTS_A_SECOND * seconds;
		const p99 = (latencies: number[]): number =>
			Math.max(1, latencies.sort((a, b) => a - b)[Math.floor(latencies.length * P99)] ?? 0);
		const run = async (
			readers: readonly Readers[],
			send: (at: number) => void,
		): Promise<{ cpu: number; p99: number }> => {
			const heard = readers.map((each) => each.expect(events));
			const before = cpuMs();
			await pace(send, seconds);
			const latencies = (await Promise.all(heard)).flat();
			return { cpu: cpuMs() - before, p99: p99(latencies) };
		};
		const comparisons: Comparison[] = [
			{
				id: 'feed/fan-out',
				per: 'delivery',
				clock: 'cpu',
				units: events * count,
				ours: { name: 'the feed', clocked: async () => (await run([sse, webSocket], ours)).cpu },
				reference: {
					name: 'a write to each socket',
					kind: 'floor',
					clocked: async () => (await run([bare], floor)).cpu,
				},
			},
			{
				id: 'feed/p99',
				per: 'event, 99th percentile',
				clock: 'wall',
				units: 1,
				ours: { name: 'the feed', clocked: async () => (await run([sse, webSocket], ours)).p99 },
				reference: {
					name: 'a write to each socket',
					kind: 'floor',
					clocked: async () => (await run([bare], floor)).p99,
				},
			},
		];
		const running = stack.move();
		return { comparisons, skipped: [], [Symbol.asyncDispose]: () => running.disposeAsync() };
	},
};
