import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REFERENCE } from '../src/app/reference.ts';

for (const [path, page] of Object.entries(REFERENCE)) {
	const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
	await mkdir(dirname(file), { recursive: true });
	await writeFile(file, page());
}
