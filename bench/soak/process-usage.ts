import { readFile } from 'node:fs/promises';

/** Linux counts a process' time in hundredths of a second, whatever the kernel's own tick is. */
export const TICK_MS = 10;
const MIB = 2 ** 20;
const KIB = 2 ** 10;

export interface Usage {
	readonly atMs: number;
	readonly residentMiB: number;
	/** Processor time since the process began. */
	readonly cpuMs: number;
}

/** @returns undefined where there is no /proc, or no such process any more */
export async function usageOf(pid: number, atMs: number): Promise<Usage | undefined> {
	try {
		const [stat, status] = await Promise.all([
			readFile(`/proc/${pid}/stat`, 'utf8'),
			readFile(`/proc/${pid}/status`, 'utf8'),
		]);
		// The name, in parentheses, may hold anything; what follows it is numbers (proc(5): utime is field 14).
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const residentKiB = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
		if (!Number.isFinite(residentKiB)) return undefined;
		return {
			atMs,
			residentMiB: (residentKiB * KIB) / MIB,
			cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
		};
	} catch {
		return undefined;
	}
}

export interface MemoryTrend {
	readonly at5MinMiB: number;
	readonly atEndMiB: number;
	readonly growthMiB: number;
	readonly slopeMiBPerMin: number;
}

const SETTLED_AFTER_MS = 300_000;
/** Resident memory saws up and down with garbage collection: what counts is the middle of a minute. */
const WINDOW_MS = 60_000;

/** @returns undefined for a run of less than seven minutes: there is nothing to compare */
export function memoryTrend(samples: readonly Usage[], startMs: number): MemoryTrend | undefined {
	const settled = samples.filter(({ atMs }) => atMs - startMs >= SETTLED_AFTER_MS);
	const [first, last] = [settled[0], settled.at(-1)];
	if (!first || !last || last.atMs - first.atMs < 2 * WINDOW_MS) return undefined;
	const at5MinMiB = median(settled.filter(({ atMs }) => atMs < first.atMs + WINDOW_MS));
	const atEndMiB = median(settled.filter(({ atMs }) => atMs > last.atMs - WINDOW_MS));
	return { at5MinMiB, atEndMiB, growthMiB: atEndMiB - at5MinMiB, slopeMiBPerMin: slope(settled) };
}

function median(samples: readonly Usage[]): number {
	const sorted = samples.map(({ residentMiB }) => residentMiB).toSorted((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] as number;
}

/** Least squares. */
function slope(samples: readonly Usage[]): number {
	const meanAt = samples.reduce((sum, { atMs }) => sum + atMs, 0) / samples.length;
	const mean = samples.reduce((sum, { residentMiB }) => sum + residentMiB, 0) / samples.length;
	const covariance = samples.reduce((sum, each) => sum + (each.atMs - meanAt) * (each.residentMiB - mean), 0);
	const variance = samples.reduce((sum, { atMs }) => sum + (atMs - meanAt) ** 2, 0);
	return (covariance / variance) * 60_000;
}
