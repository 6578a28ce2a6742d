import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The command line, as Node runs it. */
export const MAIN = fileURLToPath(new URL('../../src/app/main.ts', import.meta.url));

export interface CliResult {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs `ses` as a user does, in a process of its own. */
export async function ses(
	args: readonly string[],
	{ env = {}, cwd }: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<CliResult> {
	const { DISCORD_TOKEN: _, REDIS_URL: __, ...inherited } = process.env;
	const child = spawn(process.execPath, [MAIN, ...args], {
		env: { ...inherited, ...env },
		cwd,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const output = { stdout: '', stderr: '' };
	child.stdout.on('data', (text: Buffer) => {
		output.stdout += text;
	});
	child.stderr.on('data', (text: Buffer) => {
		output.stderr += text;
	});
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, ...output };
}
