// Builds the console after `npm ci` in a clone. Plain JavaScript, for it runs on whatever Node npm has: without the
// development dependencies that is the system's, and there is nothing to build with and nothing to do.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const needed = ['../console/vite.config.ts', '../node_modules/vite', '../node_modules/@preact/preset-vite'];

if (needed.every((path) => existsSync(here(path)))) {
	const { build } = await import('vite');
	await build({ root: here('../console'), logLevel: 'warn' });
}
