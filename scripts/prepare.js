// Builds the console and the example pages after `npm ci` in a clone and before the package is packed, which is when the
// source is compiled, too. Plain JavaScript, for it runs on whatever Node npm has; what it starts is the Node that the
// project brings. Without the development dependencies there is nothing to build with.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile, linkSource } from './package.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const vite = here('../node_modules/vite/bin/vite.js');
const config = here('../console/vite.config.ts');
const isPacked = ['pack', 'publish'].includes(process.env.npm_command);

if (existsSync(vite) && existsSync(config) && existsSync(here('../node_modules/@preact/preset-vite'))) {
	const own = here('../node_modules/node/bin/node');
	const node = existsSync(own) ? own : process.execPath;
	for (const pages of ['console', 'examples'].filter((each) => existsSync(here(`../${each}/vite.config.ts`)))) {
		const { status } = spawnSync(node, [vite, 'build', here(`../${pages}`), '--logLevel', 'warn'], {
			stdio: 'inherit',
		});
		if (status !== 0 && isPacked) throw new Error(`The pages of ${pages} were not built.`);
		// The bot works without its pages, and their tests say when they are missing.
		if (status !== 0) process.stderr.write(`The pages of ${pages} were not built; \`npm run console\` says why.\n`);
	}
}
if (isPacked) compile();
else if (existsSync(here('../src'))) linkSource();
