import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
	changesBetween,
	formatMs,
	formatRatio,
	quantile,
	type Row,
	readReport,
	summarise,
} from '../../bench/harness/index.ts';

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
