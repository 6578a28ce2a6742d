import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REFERENCE } from '../src/app/reference.ts';
import { withCapacity } from './capacity.ts';

const locate = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

for (const [path, page] of Object.entries(REFERENCE)) {
	await mkdir(dirname(locate(path)), { recursive: true });
	await writeFile(locate(path), page());
}
const scaling = locate('docs/scaling.md');
const benchmarks = await readFile(locate('docs/benchmarks.md'), 'utf8');
await writeFile(scaling, withCapacity(await readFile(scaling, 'utf8'), benchmarks));
