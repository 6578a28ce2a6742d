import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis server of a test's own: in memory, on a port of its own, gone afterwards. */
export interface TestRedis extends AsyncDisposable {
	readonly url: string;
	/** Ends the server; all it held is lost. */
	stop(): Promise<void>;
	/** Starts it again, empty, on the same port. */
	start(): Promise<void>;
	/** Lets it hang: connections stay open and nothing is answered. */
	pause(): void;
	resume(): void;
}

export async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	server.close();
	await once(server, 'close');
	if (address === null || typeof address === 'string') throw new Error('No port was given.');
	return address.port;
}

export async function launch(
	port: number,
	directory: string,
	settings: readonly string[],
	isApart = false,
): Promise<ChildProcess> {
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
	const server = spawn('redis-server', [...args, ...settings], {
		stdio: ['ignore', 'pipe', 'inherit'],
		detached: isApart,
	});
	let log = '';
	server.stdout?.setEncoding('utf8');
	const ready = Promise.withResolvers<void>();
	server.stdout?.on('data', (text: string) => {
		log += text;
		if (log.includes('Ready to accept connections')) ready.resolve();
	});
	server.once('error', ready.reject);
	server.once('exit', () => ready.reject(new Error(`redis-server ended at once:\n${log}`)));
	await ready.promise;
	return server;
}

/** @param settings more of redis-server's command line, say `--requirepass` */
export const startRedis = (...settings: string[]): Promise<TestRedis> => open(settings, false);

/**
 * One that signals to the group of this process (Ctrl-C in a terminal, `timeout`) do not reach, so that what
 * uses it can be closed before it; it ends with this process at the latest.
 */
export const startRedisApart = (): Promise<TestRedis> => open([], true);

async function open(settings: readonly string[], isApart: boolean): Promise<TestRedis> {
	const port = await freePort();
	const directory = await mkdtemp(join(tmpdir(), 'ses-redis-'));
	let server: ChildProcess | undefined;
	const onExit = (): void => void server?.kill('SIGKILL');
	if (isApart) process.once('exit', onExit);
	const stop = async (): Promise<void> => {
		const running = server;
		server = undefined;
		if (!running || running.exitCode !== null) return;
		running.kill('SIGKILL');
		await once(running, 'exit');
	};
	const start = async (): Promise<void> => {
		server = await launch(port, directory, settings, isApart);
	};
	await start();
	return {
		url: `redis://127.0.0.1:${port}`,
		stop,
		start,
		pause: () => void server?.kill('SIGSTOP'),
		resume: () => void server?.kill('SIGCONT'),
		async [Symbol.asyncDispose]() {
			await stop();
			process.off('exit', onExit);
			await rm(directory, { recursive: true, force: true });
		},
	};
}
