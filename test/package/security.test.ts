import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

it('SECURITY.md names code and tests that exist', async () => {
	const policy = await readFile(new URL('SECURITY.md', root), 'utf8');
	const rows = policy.split('\n').filter((line) => line.startsWith('| ') && line.split('|').length === 6);
	expect(rows.length).toBeGreaterThan(30);
	// Files that a run makes are not there before it.
	const paths = rows.flatMap((row) =>
		[...row.matchAll(/`([\w.-]+(?:\/[\w.-]+)+)`/g)].map(([, path]) => path as string),
	);
	expect(paths.length).toBeGreaterThan(60);
	const isThere = (path: string): boolean =>
		[path, `test/${path}.test.ts`].some((candidate) => existsSync(new URL(candidate, root)));
	expect(paths.filter((path) => !isThere(path))).toEqual([]);
});
