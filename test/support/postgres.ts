import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './redis.ts';
import { findTool } from './tools.ts';

const run = promisify(execFile);

/** A PostgreSQL server of a test's own, in a folder of its own, gone afterwards. */
export interface TestPostgres extends AsyncDisposable {
	readonly port: number;
	/** Of a user who owns a new, empty database. */
	createDatabase(): Promise<string>;
	/** Tables and indexes of all databases, without the log. */
	readonly dataFolder: string;
	/** Ends the server at once, as an administrator who has no patience does. */
	stop(): Promise<void>;
	/** Ends it without a warning, as a crash does. */
	crash(): Promise<void>;
	/** Starts it again, with all that it had, on the same port. */
	start(): Promise<void>;
}

/** The server refuses to run as root: then it runs as the user whom its package brings. */
async function unprivileged(): Promise<{ uid?: number; gid?: number }> {
	if (process.getuid?.() !== 0) return {};
	const idOf = async (flag: string): Promise<number> => {
		const { stdout } = await run('id', [flag, 'postgres']).catch(() => run('id', [flag, 'nobody']));
		return Number(stdout);
	};
	return { uid: await idOf('-u'), gid: await idOf('-g') };
}

/** @param settings more of the server's settings, as `ssl=on` */
export async function startPostgres(...settings: string[]): Promise<TestPostgres> {
	const program = await findTool('postgres');
	if (!program) throw new Error('postgres is not installed');
	const programs = dirname(await realpath(program));
	const user = await unprivileged();
	const folder = await mkdtemp(join(tmpdir(), 'ses-postgres-'));
	if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
	const data = join(folder, 'data');
	const passwordFile = join(folder, 'password');
	await writeFile(passwordFile, 'secret', { mode: 0o644 });
	const port = await freePort();
	const options = { ...user, cwd: folder };
	await run(
		join(programs, 'initdb'),
		['-D', data, '-U', 'ses', '-A', 'scram-sha-256', '--pwfile', passwordFile, '--no-sync', '-E', 'UTF8', '--locale=C'],
		options,
	);

	let server: ChildProcess | undefined;
	const end = async (signal: NodeJS.Signals): Promise<void> => {
		const running = server;
		server = undefined;
		if (!running || running.exitCode !== null) return;
		running.kill(signal);
		await once(running, 'exit');
	};
	const start = async (): Promise<void> => {
		const set = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off'];
		const args = ['-D', data, ...[...set, ...settings].flatMap((setting) => ['-c', setting])];
		const starting = spawn(join(programs, 'postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
		server = starting;
		let log = '';
		const ready = Promise.withResolvers<void>();
		starting.stderr?.setEncoding('utf8').on('data', (text: string) => {
			log += text;
			if (log.includes('ready to accept connections')) ready.resolve();
		});
		starting.once('error', ready.reject);
		starting.once('exit', () => ready.reject(new Error(`postgres ended at once:\n${log}`)));
		await ready.promise;
	};
	await start();

	let databases = 0;
	const urlOf = (database: string) => `postgres://ses:secret@127.0.0.1:${port}/${database}`;
	return {
		port,
		dataFolder: join(data, 'base'),
		async createDatabase() {
			databases += 1;
			const client = new Client({ connectionString: urlOf('postgres') });
			await client.connect();
			await client.query(`create database test_${databases}`);
			await client.end();
			return urlOf(`test_${databases}`);
		},
		stop: () => end('SIGINT'),
		crash: () => end('SIGQUIT'),
		start,
		async [Symbol.asyncDispose]() {
			await end('SIGQUIT');
			await rm(folder, { recursive: true, force: true });
		},
	};
}
