import { type Effort, FULL_EFFORT, measure, SMOKE_EFFORT } from './measure.ts';
import { type Row, rowOf } from './report.ts';
import type { Finding, OpenSuite, Scale, Skipped, Suite } from './suite.ts';

export interface RunOptions {
	readonly scale: Scale;
	/** Instead of the usual number. */
	readonly rounds?: number | undefined;
	readonly signal?: AbortSignal;
	/** Told as it goes on. */
	readonly onOpen?: (suite: Suite, open: OpenSuite) => void;
	readonly onRow?: (row: Row) => void;
	readonly onFinding?: (finding: Finding) => void;
}

export interface Run {
	readonly rows: readonly Row[];
	readonly skipped: readonly Skipped[];
	readonly findings: readonly Finding[];
}

/** Runs the suites one after the other; each lets go of its servers and files before the next begins. */
export async function runSuites(suites: readonly Suite[], options: RunOptions): Promise<Run> {
	const { scale, signal, onOpen, onRow, onFinding } = options;
	const usual = scale === 'full' ? FULL_EFFORT : SMOKE_EFFORT;
	const effort: Effort = { ...usual, rounds: options.rounds ?? usual.rounds };
	const rows: Row[] = [];
	const skipped: Skipped[] = [];
	const findings: Finding[] = [];
	for (const suite of suites) {
		signal?.throwIfAborted();
		await using open = await suite.open(scale);
		onOpen?.(suite, open);
		skipped.push(...open.skipped);
		for (const comparison of open.comparisons) {
			const row = rowOf(await measure(comparison, effort, signal));
			rows.push(row);
			onRow?.(row);
		}
		for (const finding of (await open.findings?.(signal)) ?? []) {
			findings.push(finding);
			onFinding?.(finding);
		}
	}
	return { rows, skipped, findings };
}
