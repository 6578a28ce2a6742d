// What `dist` holds: in a clone, doors to the source, so that the examples and the tests find the package by its name;
// in the package, JavaScript and declarations. Plain JavaScript, for it runs on whatever Node npm has.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** `./dist/client/…` comes from `client`, all else from `src`. */
const sourceOf = (file) => file.replace(/^\.\/dist\/client\//, 'client/').replace(/^\.\/dist\//, 'src/');

function clear() {
	rmSync(dist, { recursive: true, force: true });
}

/** Entries that hand on the TypeScript, which Node runs as it is. */
export function linkSource() {
	clear();
	const entries = Object.values(manifest.exports)
		.map((entry) => entry.default)
		.filter(Boolean);
	for (const entry of entries) {
		const file = join(root, entry);
		const source = join(root, sourceOf(entry).replace(/\.js$/, '.ts'));
		const line = `export * from '${relative(dirname(file), source).replaceAll('\\', '/')}';\n`;
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, line);
		writeFileSync(file.replace(/\.js$/, '.d.ts'), line);
	}
}

/** The client takes types of the source, which are in the package already: only its own files are kept. */
function placeClient() {
	const made = join(dist, '.client');
	renameSync(join(made, 'client'), join(dist, 'client'));
	rmSync(made, { recursive: true });
	for (const entry of readdirSync(join(dist, 'client'))) {
		const file = join(dist, 'client', entry);
		writeFileSync(file, readFileSync(file, 'utf8').replaceAll("'../src/", "'../"));
	}
}

/** tsc gives declarations the names that the source has: here they name each other. */
function pointDeclarationsAtEachOther() {
	for (const entry of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
		if (!entry.endsWith('.d.ts')) continue;
		const file = join(dist, entry);
		const text = readFileSync(file, 'utf8');
		writeFileSync(file, text.replace(/((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]*)\.ts(?=['"])/g, '$1.js'));
	}
}

/** Compiles the source. Throws when it has errors: a broken package is worse than none. */
export function compile() {
	clear();
	for (const project of ['tsconfig.build.json', 'tsconfig.client.json']) {
		const tsc = join(root, 'node_modules/typescript/bin/tsc');
		const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, project)], { stdio: 'inherit' });
		if (status !== 0) throw new Error(`${project} does not compile.`);
	}
	placeClient();
	pointDeclarationsAtEachOther();
	for (const file of Object.values(manifest.bin)) chmodSync(join(root, file), 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	if (process.argv[2] === 'compile') compile();
	else linkSource();
}
