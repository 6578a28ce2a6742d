import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { InferenceOutcome, Utterance } from '../../src/domain/index.ts';
import type { ObservableQueue } from '../../src/inference/index.ts';
import { until } from '../support/until.ts';

export const SETTINGS = { ttlMs: 150_000, maxDepth: 20_000, maxBatch: 4, maxBatchWaitMs: 2, concurrency: 1 } as const;

/** A tenth of a second of one speaker among eight. */
export const spoken = (number: number): Utterance => ({
	id: `utterance ${number}`,
	sessionId: 'drill',
	speakerId: `speaker ${number % 8}`,
	startMs: number,
	endMs: number + 100,
	pcm: new Int16Array(1_600).fill(number % 1_000),
	quality: { durationMs: 100, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 },
});

export const submitAll = (queue: ObservableQueue, count: number, from = 0): Promise<InferenceOutcome>[] =>
	Array.from({ length: count }, (_, index) => queue.submit(spoken(from + index)));

/** How many answers there were of each kind: `classified`, or the cause of the drop. */
export function countsOf(outcomes: readonly InferenceOutcome[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const outcome of outcomes) {
		const kind = outcome.status === 'classified' ? 'classified' : outcome.cause;
		counts[kind] = (counts[kind] ?? 0) + 1;
	}
	return counts;
}

/** Each submitted utterance has exactly one answer, and the queue's books say the same as the answers. */
export async function expectBooksToAgree(queue: ObservableQueue, answers: readonly Promise<InferenceOutcome>[]) {
	const counts = countsOf(await Promise.all(answers));
	const { submitted, classified, dropped, depth } = queue.stats();
	expect(depth).toBe(0);
	expect(submitted).toBe(answers.length);
	expect({ classified, ...dropped }).toEqual({
		classified: 0,
		cancelled: 0,
		expired: 0,
		full: 0,
		failed: 0,
		...counts,
	});
	return counts;
}

export interface DrillWorker extends AsyncDisposable {
	readonly process: ChildProcess;
	/** Clips of all batches that it has begun. */
	readonly begun: () => number;
}

const SCRIPT = fileURLToPath(new URL('worker-process.ts', import.meta.url));

/** @param options of worker-process.ts */
export async function startWorker(options: Readonly<Record<string, string | number>>): Promise<DrillWorker> {
	const args = Object.entries(options).flatMap(([name, value]) => [`--${name}=${value}`]);
	const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
	let said = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		said += text;
	});
	await until(() => said.includes('ready') || child.exitCode !== null, 90_000).catch((error) => {
		child.kill('SIGKILL');
		throw error;
	});
	if (child.exitCode !== null) throw new Error(`The worker ended at once with ${child.exitCode}.`);
	return {
		process: child,
		begun: () => [...said.matchAll(/^batch (\d+)$/gm)].reduce((sum, [, clips]) => sum + Number(clips), 0),
		async [Symbol.asyncDispose]() {
			if (child.exitCode !== null || child.signalCode !== null) return;
			child.kill('SIGKILL');
			await once(child, 'exit');
		},
	};
}

export interface Proxy extends AsyncDisposable {
	readonly url: string;
	/** Breaks all connections and takes no new ones. */
	cut(): void;
	/** Keeps all connections and takes new ones, but whatever is sent on them is lost. */
	swallow(): void;
	/** What comes from now on goes through; connections on which something was lost stay as they are. */
	mend(): void;
}

/** A way to `target` (a `redis://` URL) that can be cut or silenced. */
export async function startProxy(target: string): Promise<Proxy> {
	const { hostname, port } = new URL(target);
	const sockets = new Set<Socket>();
	/** What comes from them makes no sense any more: a part of it is missing. */
	const broken = new WeakSet<Socket>();
	let isCut = false;
	let swallows = false;
	const server = createServer((near) => {
		if (isCut) {
			near.destroy();
			return;
		}
		const far = connect(Number(port), hostname);
		for (const [one, other] of [
			[near, far],
			[far, near],
		] as const) {
			sockets.add(one);
			one.on('error', () => other.destroy());
			one.on('close', () => {
				sockets.delete(one);
				other.destroy();
			});
			one.on('data', (data: Buffer) => {
				if (swallows) broken.add(one);
				else if (!broken.has(one)) other.write(data);
			});
		}
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const cut = (): void => {
		isCut = true;
		for (const socket of sockets) socket.destroy();
	};
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('No port was given.');
	return {
		url: `redis://127.0.0.1:${address.port}`,
		cut,
		swallow: () => {
			swallows = true;
		},
		mend: () => {
			isCut = false;
			swallows = false;
		},
		async [Symbol.asyncDispose]() {
			cut();
			server.close();
			await once(server, 'close');
		},
	};
}
