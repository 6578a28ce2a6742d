import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/app/main.ts', import.meta.url));
const EVERY_MS = 50;

export interface Usage {
	readonly seconds: number;
	/** Processor time of all threads, and of the programs that it has waited for: the clock of one core that is idle. */
	readonly cpuS: number;
	/** Highest resident set (VmHWM). */
	readonly peakMb: number;
}

/**
 * Runs `ses analyze` as it is installed.
 *
 * @param core on which alone it runs, where the system can tell it to (Linux)
 * @throws when it ends with another code than 0
 */
export async function measuredRun(args: readonly string[], core?: string): Promise<Usage> {
	const command = [process.execPath, MAIN, 'analyze', ...args];
	const pinned = core !== undefined && process.platform === 'linux' ? ['taskset', '-c', core, ...command] : command;
	const startedAt = performance.now();
	const child = spawn(pinned[0] as string, pinned.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
	let peakKb = 0;
	let ticks = 0;
	const watching = setInterval(async () => {
		const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
		const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
		// Fields 14 to 17 of proc(5), counted behind the name, which may hold anything.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const sum = [11, 12, 13, 14].reduce((total, index) => total + Number(fields[index] ?? 0), 0);
		ticks = Math.max(ticks, sum);
		peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
	}, EVERY_MS);
	const [code] = (await once(child, 'exit')) as [number | null];
	clearInterval(watching);
	if (code !== 0) throw new Error(`ses analyze ended with ${code}`);
	return { seconds: (performance.now() - startedAt) / 1000, cpuS: ticks / 100, peakMb: peakKb / 1024 };
}
