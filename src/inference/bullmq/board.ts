import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import { serveStatic } from '@hono/node-server/serve-static';
import { Queue } from 'bullmq';
import { Hono, type MiddlewareHandler } from 'hono';
import { producerConnection } from './connection.ts';
import { envelopeSchema } from './job.ts';
import { QUEUE_NAME } from './keys.ts';

export interface QueueBoardOptions {
	readonly redisUrl: string;
	/** The same as the queue's. */
	readonly redisPrefix: string;
	/** Where it will be mounted, say `/queues`. */
	readonly basePath: string;
}

/** bull-board over the inference queue. Disposing of it closes its connection. */
export interface QueueBoard extends AsyncDisposable {
	/** To be mounted at `basePath`, behind a guard: it asks nobody who they are. */
	readonly app: Hono;
}

/**
 * The queue as operators see it: how much waits and since when, who works. It reads and never writes. Of a
 * job only the version of its schema is shown: audio is not in jobs, and should anybody's job hold some,
 * it stays hidden. Without Redis it answers 503.
 */
export function openQueueBoard({ redisUrl, redisPrefix, basePath }: QueueBoardOptions): QueueBoard {
	const redis = producerConnection(redisUrl);
	redis.on('error', () => undefined); // each request says so
	const queue = new Queue(QUEUE_NAME, {
		connection: redis,
		prefix: redisPrefix,
		skipVersionCheck: true, // see Outbox
		skipMetasUpdate: true,
	});
	queue.on('error', () => undefined);
	const adapter = new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false });
	adapter.setFormatter('data', (data) => ({ v: envelopeSchema.safeParse(data).data?.v ?? 'unknown' }));
	for (const field of ['returnValue', 'progress'] as const) adapter.setFormatter(field, () => null);
	const server = new HonoAdapter(serveStatic).setBasePath(basePath);
	createBullBoard({
		queues: [adapter],
		// Its types are those of a copy of @bull-board/api of its own.
		serverAdapter: server as unknown as Parameters<typeof createBullBoard>[0]['serverAdapter'],
		options: { uiConfig: { boardTitle: 'Inference queue', showMetrics: false } },
	});
	const app = new Hono();
	app.use(
		readsOnly,
		ifReachable(() => redis.status === 'ready'),
		fromHere(basePath),
	);
	app.route('/', server.registerPlugin());
	return {
		app,
		async [Symbol.asyncDispose]() {
			await queue.close();
			redis.disconnect();
		},
	};
}

const readsOnly: MiddlewareHandler = async (context, next) => {
	const { method } = context.req;
	if (method !== 'GET' && method !== 'HEAD') return context.json({ error: 'The board is for reading.' }, 405);
	return next();
};

/** BullMQ would let a request wait for the connection without end. */
const ifReachable =
	(isReady: () => boolean): MiddlewareHandler =>
	async (context, next) => {
		if (!isReady()) return context.json({ error: 'Redis is away.' }, 503);
		return next();
	};

/**
 * The page asks a host elsewhere for its letters, and finds its files by a `base` element, which a strict
 * policy for content forbids: it does without the one, and names the others in full.
 */
const fromHere =
	(basePath: string): MiddlewareHandler =>
	async (context, next) => {
		await next();
		if (!context.res.headers.get('content-type')?.startsWith('text/html')) return;
		const page = (await context.res.text())
			.replaceAll(/<link [^>]*href="https?:[^>]*>/g, '')
			.replaceAll(/(href|src)="static\//g, `$1="${basePath}/static/`);
		context.res = new Response(page, context.res);
	};
