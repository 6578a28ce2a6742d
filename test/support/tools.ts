import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, glob } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs that tests start, and the Debian package that brings each. */
const PACKAGES = {
	'redis-server': 'redis-server',
	ffmpeg: 'ffmpeg',
	postgres: 'postgresql',
	chromium: 'chromium',
} as const;

export type Tool = keyof typeof PACKAGES;

/** Where Debian puts the server of PostgreSQL, which it starts by scripts of its own. */
async function offPath(): Promise<string[]> {
	const folders: string[] = [];
	for await (const folder of glob('/usr/lib/postgresql/*/bin')) folders.push(folder);
	return folders.toSorted().reverse();
}

/** Where `program` lies on PATH, or where its package hides it, if it does. */
export async function findTool(program: Tool): Promise<string | undefined> {
	for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), ...(await offPath())]) {
		const file = join(folder, program);
		const runnable = await access(file, constants.X_OK).then(
			() => true,
			() => false,
		);
		if (folder && runnable) return file;
	}
	return undefined;
}

/** Whether packages can be installed without asking anyone. */
async function mayInstall(): Promise<boolean> {
	if (process.getuid?.() !== 0) return false;
	return run('apt-get', ['--version']).then(
		() => true,
		() => false,
	);
}

const LOCK = join(tmpdir(), 'speech-emotion-sense-install.lock');

/** Test runs may start side by side and apt-get may not: the kernel's lock also outlives no crash. */
async function aptGet(...args: string[]): Promise<void> {
	// RUNLEVEL=1 keeps the package from starting a server of the system: tests start their own.
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
	try {
		await run('flock', [LOCK, 'apt-get', ...args], { env, maxBuffer: 2 ** 26 });
	} catch (error) {
		const { stdout, stderr } = error as { stdout?: string; stderr?: string };
		throw new Error(`apt-get ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
	}
}

async function missing(tools: readonly Tool[]): Promise<Tool[]> {
	const found = await Promise.all(tools.map(findTool));
	return tools.filter((_, index) => found[index] === undefined);
}

/**
 * Makes sure that the programs are there: they are found, or installed where that is possible.
 *
 * @throws one message that names what to install
 */
export async function ensureTools(tools: readonly Tool[]): Promise<void> {
	const lacking = await missing(tools);
	if (lacking.length === 0) return;
	const command = `apt-get install ${lacking.map((tool) => PACKAGES[tool]).join(' ')}`;
	if (!(await mayInstall())) {
		throw new Error(`The tests need ${lacking.join(' and ')} on PATH. Install with: sudo ${command}`);
	}
	await aptGet('update');
	await aptGet('install', '-y', '--no-install-recommends', ...lacking.map((tool) => PACKAGES[tool]));
	const left = await missing(lacking);
	if (left.length > 0) throw new Error(`${left.join(' and ')} is not on PATH, even after: ${command}`);
}
