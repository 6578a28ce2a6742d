import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Certificate } from '../../src/sim/certificate.ts';
import { freePort, launch } from './redis.ts';

const DEADLINE_MS = 20_000;

async function folder(stack: AsyncDisposableStack): Promise<string> {
	const path = await mkdtemp(join(tmpdir(), 'ses-redis-'));
	stack.defer(() => rm(path, { recursive: true, force: true }));
	return path;
}

function endWith(stack: AsyncDisposableStack, server: ChildProcess): void {
	stack.defer(async () => {
		if (server.exitCode !== null || server.signalCode !== null) return;
		server.kill('SIGKILL');
		await once(server, 'exit');
	});
}

async function ask(port: number, ...command: [string, ...string[]]): Promise<string> {
	const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 3 });
	try {
		return String(await redis.call(...command));
	} finally {
		redis.disconnect();
	}
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
	const deadline = Date.now() + DEADLINE_MS;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error('Redis did not get there in time.');
		await delay(100);
	}
}

/** A server that speaks TLS only and asks for a password; its certificate is good for `localhost`. */
export async function startTlsRedis(
	stack: AsyncDisposableStack,
	password: string,
): Promise<{ port: number; ca: string }> {
	const path = await folder(stack);
	const certificate = stack.use(await Certificate.create());
	const files = { ca: join(path, 'cert.pem'), key: join(path, 'key.pem') };
	await writeFile(files.ca, certificate.pem);
	await writeFile(files.key, certificate.key);
	const port = await freePort();
	const tls = ['--tls-port', String(port), '--tls-cert-file', files.ca, '--tls-key-file', files.key];
	// The later of two ports counts: 0 closes the one without TLS.
	const more = ['--port', '0', '--tls-ca-cert-file', files.ca, '--tls-auth-clients', 'no', '--requirepass', password];
	endWith(stack, await launch(port, path, [...tls, ...more]));
	return { port, ca: files.ca };
}

/** Three masters that share the slots. @returns their ports */
export async function startCluster(stack: AsyncDisposableStack, ...settings: string[]): Promise<number[]> {
	const ports: number[] = [];
	for (let node = 0; node < 3; node++) {
		const port = await freePort();
		const bus = ['--cluster-port', String(await freePort())];
		endWith(stack, await launch(port, await folder(stack), ['--cluster-enabled', 'yes', ...bus, ...settings]));
		ports.push(port);
	}
	const nodes = ports.map((port) => `127.0.0.1:${port}`);
	const made = spawn('redis-cli', ['--cluster', 'create', ...nodes, '--cluster-yes'], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let said = '';
	for (const stream of [made.stdout, made.stderr]) stream.on('data', (text: Buffer) => (said += text));
	const [code] = await once(made, 'close');
	if (code !== 0) throw new Error(`redis-cli could not make the cluster:\n${said}`);
	await eventually(async () => {
		const states = await Promise.all(ports.map((port) => ask(port, 'CLUSTER', 'INFO')));
		return states.every((state) => state.includes('cluster_state:ok'));
	});
	return ports;
}

export interface TestSentinel {
	readonly port: number;
	/** Ends the master; Sentinel puts the replica in its place. */
	killMaster(): Promise<void>;
}

/** A master, a replica and one Sentinel that suffices to make it the master. */
export async function startSentinel(stack: AsyncDisposableStack, password: string): Promise<TestSentinel> {
	const login = ['--requirepass', password, '--masterauth', password];
	const master = await freePort();
	const server = await launch(master, await folder(stack), login);
	endWith(stack, server);
	const replica = await freePort();
	const replicaOf = ['--replicaof', `127.0.0.1 ${master}`, '--repl-diskless-sync-delay', '0'];
	endWith(stack, await launch(replica, await folder(stack), [...login, ...replicaOf]));
	const port = await freePort();
	const file = join(await folder(stack), 'sentinel.conf');
	const lines = [
		`port ${port}`,
		'bind 127.0.0.1',
		`sentinel monitor watched 127.0.0.1 ${master} 1`,
		`sentinel auth-pass watched ${password}`,
		'sentinel down-after-milliseconds watched 1000',
		'sentinel failover-timeout watched 5000',
	];
	await writeFile(file, `${lines.join('\n')}\n`);
	const sentinel = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
	endWith(stack, sentinel);
	// Sentinel writes what it has found into its file.
	await eventually(async () => (await readFile(file, 'utf8')).includes(`known-replica watched 127.0.0.1 ${replica}`));
	return {
		port,
		async killMaster() {
			server.kill('SIGKILL');
			await once(server, 'exit');
		},
	};
}
