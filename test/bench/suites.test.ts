import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { runSuites } from '../../bench/harness/index.ts';
import { SUITES } from '../../bench/suites/index.ts';
import { pythonWith } from '../../bench/support/python/python.ts';

const DOCS = new URL('../../docs/benchmarks.md', import.meta.url);

/** For the suite that sets up a call and speaks in real time, and for the one that has Python write a large graph. */
const TIMEOUT = { timeout: 180_000 };

describe('suites', () => {
	it.for(SUITES.map((suite) => [suite.name, suite] as const))('%s runs', TIMEOUT, async ([name, suite]) => {
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

describe('what needs Python', () => {
	it('is left out without one, and says how to get it', async () => {
		vi.stubEnv('SES_BENCH_PYTHON', 'no-such-python');
		try {
			const found = await pythonWith(['librosa']);
			expect(found).toEqual({
				missing: expect.stringMatching(/no-such-python cannot import librosa.*SES_BENCH_PYTHON/),
			});
		} finally {
			vi.unstubAllEnvs();
		}
	});
});
