import { readdir, readFile, writeFile } from 'node:fs/promises';

/** Gives the images that deploy/ names the version of the package. */
const root = new URL('../', import.meta.url);
const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string };

for (const entry of await readdir(new URL('deploy/', root), { recursive: true, withFileTypes: true })) {
	if (!entry.isFile()) continue;
	const file = `${entry.parentPath}/${entry.name}`;
	const text = await readFile(file, 'utf8');
	const named = text.replace(/(speech-emotion-sense:)\d+\.\d+\.\d+/g, `$1${version}`);
	if (named !== text) await writeFile(file, named);
}
