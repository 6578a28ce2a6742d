import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';

/** Endings of what may be a recording; what is named itself may be called anything. */
const ENDINGS: ReadonlySet<string> = new Set(
	'wav,ogg,opus,flac,mp3,m4a,mp4,aac,aiff,aif,amr,au,caf,mka,mkv,webm,mov,wma,wv,w64,3gp,gsm'
		.split(',')
		.map((name) => `.${name}`),
);

export interface Recording {
	/** As it was named, or found. */
	readonly file: string;
	/** From the folder of the reports, without an ending. */
	readonly target: string;
}

/**
 * The recordings that are meant: files as they are, and all below folders, in order of their names. Reports lie like
 * their recordings; two that would be written over each other keep the ending of the recording in their name.
 */
export async function recordingsIn(paths: readonly string[], reportFolder: string): Promise<Recording[]> {
	const found: { file: string; name: string }[] = [];
	for (const path of paths) {
		if (!(await isFolder(path))) found.push({ file: path, name: basename(path) });
		else for (const file of await filesBelow(path)) found.push({ file, name: relative(path, file) });
	}
	const files = [...new Map(found.map((each) => [each.file, each])).values()];
	const stem = (name: string): string => name.slice(0, name.length - extname(name).length);
	const stems = Map.groupBy(files, ({ name }) => stem(name));
	const taken = new Set<string>();
	return files.map(({ file, name }) => {
		const wanted = (stems.get(stem(name))?.length ?? 0) > 1 ? name : stem(name);
		let unique = wanted;
		for (let count = 2; taken.has(unique); count++) unique = `${wanted}-${count}`;
		taken.add(unique);
		return { file, target: join(reportFolder, unique) };
	});
}

const isFolder = async (path: string): Promise<boolean> =>
	(await stat(path).catch(() => undefined))?.isDirectory() ?? false;

async function filesBelow(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile() && ENDINGS.has(extname(entry.name).toLowerCase()))
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();
}
