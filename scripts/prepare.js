// Builds the console after `npm ci` in a clone. Plain JavaScript, for it runs on whatever Node npm has; what it starts
// is the Node that the project brings. Without the development dependencies there is nothing to build with.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const vite = here('../node_modules/vite/bin/vite.js');
const config = here('../console/vite.config.ts');

if (existsSync(vite) && existsSync(config) && existsSync(here('../node_modules/@preact/preset-vite'))) {
	const own = here('../node_modules/node/bin/node');
	const node = existsSync(own) ? own : process.execPath;
	const { status } = spawnSync(node, [vite, 'build', here('../console'), '--logLevel', 'warn'], { stdio: 'inherit' });
	// The bot works without its page, and the page's tests say when it is missing.
	if (status !== 0) process.stderr.write('The console was not built; `npm run console` says why.\n');
}
