import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
	type Comparison,
	changesBetween,
	formatMs,
	formatRatio,
	measure,
	quantile,
	type Row,
	readReport,
	reportSchema,
	runSuites,
	SMOKE_EFFORT,
	summarise,
} from '../bench/harness/index.ts';
import { SUITES } from '../bench/suites/index.ts';
import { until } from './support/until.ts';

const RUN = fileURLToPath(new URL('../bench/run.ts', import.meta.url));
const DOCS = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

/** For the suite that sets up a call and speaks in real time. */
const CALL_TIMEOUT = { timeout: 90_000 };

async function bench(...args: string[]) {
	const child = spawn(process.execPath, [RUN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
	let stdout = '';
	let stderr = '';
	child.stdout.on('data', (text: Buffer) => {
		stdout += text;
	});
	child.stderr.on('data', (text: Buffer) => {
		stderr += text;
	});
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, stdout, stderr };
}

/** Processes whose parent is `pid`, by their ids, with their command lines. */
async function childrenOf(pid: number): Promise<Map<number, string>> {
	const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
	const lines = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
	return new Map(lines.flatMap((line) => (Number(line?.[2]) === pid ? [[Number(line?.[1]), line?.[3] ?? '']] : [])));
}

const isAlive = (pid: number): boolean => {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
};

const row = (id: string, ratio: number, overrides: Partial<Row> = {}): Row => ({
	id,
	per: 'packet',
	clock: 'cpu',
	ours: 'ours',
	reference: 'theirs',
	kind: 'floor',
	rounds: 9,
	oursMs: { median: ratio, low: ratio, high: ratio },
	referenceMs: { median: 1, low: 1, high: 1 },
	ratio: { median: ratio, low: ratio * 0.95, high: ratio * 1.05 },
	...overrides,
});

describe('statistics of the benchmark', () => {
	it('interpolates quantiles and leaves the values as they are', () => {
		const values = [4, 1, 3, 2];
		expect(quantile(values, 0.5)).toBe(2.5);
		expect(quantile(values, 0.25)).toBe(1.75);
		expect(quantile(values, 0)).toBe(1);
		expect(quantile(values, 1)).toBe(4);
		expect(quantile([7], 0.9)).toBe(7);
		expect(values).toEqual([4, 1, 3, 2]);
		expect(() => quantile([], 0.5)).toThrow(RangeError);
	});

	it('takes ratios within a round, so that a slow spell of the machine does not count', () => {
		const { ratio, oursMs, referenceMs } = summarise([
			{ oursMs: 2, referenceMs: 1 },
			{ oursMs: 200, referenceMs: 100 },
			{ oursMs: 6, referenceMs: 3 },
		]);
		expect(ratio).toEqual({ median: 2, low: 2, high: 2 });
		expect(oursMs.median).toBe(6);
		expect(referenceMs).toEqual({ median: 3, low: 2, high: 51.5 });
	});

	it('refuses a reference that the clock cannot see', () => {
		expect(() => summarise([{ oursMs: 1, referenceMs: 0 }])).toThrow(/too fast for the clock/);
	});

	it('writes times and ratios with as many digits as they are good for', () => {
		expect([4.2e-6, 0.0123, 4.5678, 1234].map(formatMs)).toEqual(['4.20 ns', '12.3 µs', '4.57 ms', '1.23 s']);
		expect([1.078, 12.34, 884.6].map(formatRatio)).toEqual(['1.08', '12.3', '885']);
	});
});

describe('a measurement', () => {
	const calls: string[] = [];
	const comparison: Comparison = {
		id: 'test/clocked',
		per: 'unit',
		clock: 'wall',
		units: 10,
		ours: {
			name: 'ours',
			clocked: async () => {
				calls.push('ours');
				return 6;
			},
		},
		reference: {
			name: 'theirs',
			kind: 'floor',
			clocked: async () => {
				calls.push('theirs');
				return 3;
			},
		},
	};

	it('gives milliseconds a unit, and lets each side begin in turn', async () => {
		calls.length = 0;
		const result = await measure(comparison, { ...SMOKE_EFFORT, rounds: 4 });
		expect(result.rounds).toBe(4);
		expect(result.oursMs.median).toBeCloseTo(0.6);
		expect(result.referenceMs.median).toBeCloseTo(0.3);
		expect(result.ratio.median).toBeCloseTo(2);
		// After the warm-up, one call of each side in each round.
		expect(calls.slice(-6)).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
	});

	it('counts processor time only, where that is asked for', async () => {
		const nap = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
		const spin = (ms: number): void => {
			const { user, system } = process.cpuUsage();
			for (;;) {
				const used = process.cpuUsage({ user, system });
				if (used.user + used.system >= ms * 1000) return;
			}
		};
		const { oursMs } = await measure(
			{
				...comparison,
				clock: 'cpu',
				units: 1,
				ours: { name: 'ours', asyncWork: () => nap(200) },
				reference: { name: 'theirs', kind: 'floor', work: () => spin(2) },
			},
			SMOKE_EFFORT,
		);
		expect(oursMs.median).toBeLessThan(100);
	});

	it('fails with what a side throws', async () => {
		const ours = {
			name: 'ours',
			work: () => {
				throw new Error('broken');
			},
		};
		await expect(measure({ ...comparison, ours }, SMOKE_EFFORT)).rejects.toThrow('broken');
	});

	it('stops between rounds when it is told to', async () => {
		calls.length = 0;
		await expect(measure(comparison, SMOKE_EFFORT, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
		expect(calls).toEqual([]);
	});
});

describe('comparison with an earlier run', () => {
	const verdict = (before: Row, now: Row) => changesBetween({ rows: [before] }, { rows: [now] })[0]?.verdict;

	it('tells a change from what differs by itself', () => {
		expect(verdict(row('a', 2), row('a', 3))).toBe('slower');
		expect(verdict(row('a', 3), row('a', 2))).toBe('faster');
		expect(verdict(row('a', 2), row('a', 2.15))).toBe('same');
		expect(verdict(row('a', 2, { clock: 'wall' }), row('a', 2.8, { clock: 'wall' }))).toBe('same');
		expect(verdict(row('a', 2, { clock: 'wall' }), row('a', 3.2, { clock: 'wall' }))).toBe('slower');
		const scattered = { ratio: { median: 3, low: 1.5, high: 4 } };
		expect(verdict(row('a', 2), row('a', 3, scattered))).toBe('same');
	});

	it('leaves out what was measured against something else', () => {
		const before = { rows: [row('a', 2), row('b', 2, { reference: 'another' }), row('d', 2)] };
		const changes = changesBetween(before, {
			rows: [row('a', 2), row('b', 9), row('c', 9), row('d', 9, { clock: 'wall' })],
		});
		expect(changes.map(({ id }) => id)).toEqual(['a']);
	});

	it('says what is wrong with a file', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'ses-bench-test-'));
		const file = join(folder, 'earlier.json');
		try {
			await expect(readReport(file)).rejects.toThrow(/cannot be read/);
			await writeFile(file, '{');
			await expect(readReport(file)).rejects.toThrow(/cannot be read as JSON/);
			await writeFile(file, '{"schemaVersion":2}');
			await expect(readReport(file)).rejects.toThrow(/no report of this benchmark/);
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});

describe('suites', () => {
	it.for(SUITES.map((suite) => [suite.name, suite] as const))('%s runs', CALL_TIMEOUT, async ([name, suite]) => {
		const docs = await readFile(DOCS, 'utf8');
		const { rows } = await runSuites([suite], { scale: 'smoke' });
		expect(rows.length).toBeGreaterThan(0);
		expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
		for (const { id, oursMs, ratio } of rows) {
			expect(id.startsWith(`${name}/`)).toBe(true);
			expect(oursMs.median).toBeGreaterThan(0);
			expect(Number.isFinite(ratio.median)).toBe(true);
			expect(docs).toContain(`\`${id}\``);
		}
	});
});

describe('npm run bench', () => {
	it('prints one JSON object of the suites named, which a smoke run cannot be compared with', async () => {
		const { code, stdout } = await bench('segmenter', 'middleware', '--smoke', '--json');
		expect(code).toBe(0);
		const report = reportSchema.parse(JSON.parse(stdout));
		expect(new Set(report.rows.map(({ id }) => id.split('/')[0]))).toEqual(new Set(['segmenter', 'middleware']));
		expect(report.machine.cores).toBeGreaterThan(0);
		expect(report.scale).toBe('smoke');

		const folder = await mkdtemp(join(tmpdir(), 'ses-bench-test-'));
		const file = join(folder, 'smoke.json');
		await writeFile(file, stdout);
		const refused = await bench('segmenter', '--smoke', '--compare', file);
		await rm(folder, { recursive: true });
		expect(refused.code).toBe(1);
		expect(refused.stderr).toMatch(/smoke run/);
	});

	it('compares with an earlier run and fails when something got slower', async () => {
		const { stdout } = await bench('segmenter', '--smoke', '--json');
		const report = reportSchema.parse(JSON.parse(stdout));
		const folder = await mkdtemp(join(tmpdir(), 'ses-bench-test-'));
		const file = join(folder, 'earlier.json');
		const earlier = (ratio: number) =>
			JSON.stringify({
				...report,
				scale: 'full',
				rows: report.rows.map((each) => ({ ...each, ratio: { median: ratio, low: ratio, high: ratio } })),
			});
		await writeFile(file, earlier(0.001));
		const slower = await bench('segmenter', '--smoke', '--json', '--compare', file);
		await writeFile(file, earlier(100_000));
		const faster = await bench('segmenter', '--smoke', '--compare', file);
		await rm(folder, { recursive: true });
		expect(slower.code).toBe(1);
		expect(JSON.parse(slower.stdout).changes).toMatchObject([{ id: 'segmenter/endpointing', verdict: 'slower' }]);
		expect(faster.code).toBe(0);
		expect(faster.stdout).toMatch(/segmenter\/endpointing.*faster/);
	});

	it('names the suites when it is asked for another', async () => {
		const { code, stderr } = await bench('nothing');
		expect(code).not.toBe(0);
		expect(stderr).toMatch(/receive, decode, track, segmenter/);
	});

	it(
		'ends when its whole group is told to, as by Ctrl-C, and so do its Redis and its workers',
		CALL_TIMEOUT,
		async () => {
			const child = spawn(process.execPath, [RUN, 'queue', '--rounds', '1'], {
				stdio: ['ignore', 'pipe', 'inherit'],
				detached: true,
			});
			let said = '';
			child.stdout.setEncoding('utf8').on('data', (text: string) => {
				said += text;
			});
			const pid = child.pid as number;
			await until(() => said.includes('queue/embedded'), 60_000);
			const children = await childrenOf(pid);
			expect([...children.values()].join()).toContain('redis-server');
			process.kill(-pid, 'SIGTERM');
			const [code] = (await once(child, 'close')) as [number | null];
			expect(code).toBe(143);
			await until(() => ![...children.keys()].some(isAlive));
		},
	);
});
