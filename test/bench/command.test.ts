import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { reportSchema } from '../../bench/harness/index.ts';
import { scaleReport } from '../../bench/scale/report.ts';
import { until } from '../support/until.ts';

const RUN = fileURLToPath(new URL('../../bench/run.ts', import.meta.url));

/** For processes that load the whole of it several times, and for suites that start servers. */
const PROCESSES_TIMEOUT = { timeout: 90_000 };

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

describe('npm run bench', () => {
	it(
		'prints one JSON object of the suites named, which a smoke run cannot be compared with',
		PROCESSES_TIMEOUT,
		async () => {
			const { code, stdout } = await bench('jitter', 'middleware', '--smoke', '--json');
			expect(code).toBe(0);
			const report = reportSchema.parse(JSON.parse(stdout));
			expect(new Set(report.rows.map(({ id }) => id.split('/')[0]))).toEqual(new Set(['jitter', 'middleware']));
			expect(report.machine.cores).toBeGreaterThan(0);
			expect(report.scale).toBe('smoke');

			const folder = await mkdtemp(join(tmpdir(), 'ses-bench-test-'));
			const file = join(folder, 'smoke.json');
			await writeFile(file, stdout);
			const refused = await bench('jitter', '--smoke', '--compare', file);
			await rm(folder, { recursive: true });
			expect(refused.code).toBe(1);
			expect(refused.stderr).toMatch(/smoke run/);
		},
	);

	it('compares with an earlier run and fails when something got slower', PROCESSES_TIMEOUT, async () => {
		const { stdout } = await bench('jitter', '--smoke', '--json');
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
		const slower = await bench('jitter', '--smoke', '--json', '--compare', file);
		await writeFile(file, earlier(100_000));
		const faster = await bench('jitter', '--smoke', '--compare', file);
		await rm(folder, { recursive: true });
		expect(slower.code).toBe(1);
		expect(JSON.parse(slower.stdout).changes).toMatchObject([
			{ id: 'jitter/clean', verdict: 'slower' },
			{ id: 'jitter/faulty', verdict: 'slower' },
		]);
		expect(faster.code).toBe(0);
		expect(faster.stdout).toMatch(/jitter\/clean.*faster/);
	});

	it('records service times and simulates a fleet with them', PROCESSES_TIMEOUT, async () => {
		const { code, stdout } = await bench('scale', '--samples', '2', '--speakers', '300', '--json');
		expect(code).toBe(0);
		const { model, redis, usual, outages } = scaleReport.parse(JSON.parse(stdout));
		expect(model.map(({ batch }) => batch)).toEqual([1, 2, 4, 8]);
		// The audio of 3 s alone is 22 KB.
		expect(redis?.waitingBytes).toBeGreaterThan(20_000);
		expect(redis?.bytesIn).toBeGreaterThan(20_000);
		expect(redis?.endsMs).toBeGreaterThan(0);
		expect(usual.map(({ speakers }) => speakers)).toEqual([100, 300]);
		expect(outages.at(-1)?.p99Ms).toBeGreaterThan(usual.at(-1)?.p99Ms as number);
	});

	it('names the suites when it is asked for another', async () => {
		const { code, stderr } = await bench('nothing');
		expect(code).not.toBe(0);
		expect(stderr).toMatch(/receive, decode, jitter, track, segmenter/);
	});

	it(
		'ends when its whole group is told to, as by Ctrl-C, and so do its Redis and its workers',
		PROCESSES_TIMEOUT,
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
