import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What packing needs, which is less than the clone holds. */
const NEEDED = ['client', 'config', 'console', 'docs', 'examples', 'models', 'samples', 'scripts', 'src'];
const PATIENCE_MS = 600_000;

/** A project that has installed the packed package, with the dependencies of this clone and without a network. */
export class Project implements AsyncDisposable {
	readonly folder: string;
	/** Where the package was unpacked. */
	readonly installed: string;

	private constructor(folder: string) {
		this.folder = folder;
		this.installed = join(folder, 'project/node_modules/speech-emotion-sense');
	}

	/** Packs a copy, so that nobody who uses the clone at this moment sees it being built. */
	static async create(): Promise<Project> {
		const project = new Project(await mkdtemp(join(tmpdir(), 'ses-package-')));
		const clone = join(project.folder, 'clone');
		await mkdir(clone);
		const files = await readdir(ROOT, { withFileTypes: true });
		const names = [...NEEDED, ...files.filter((entry) => entry.isFile()).map(({ name }) => name)];
		for (const name of names) await cp(join(ROOT, name), join(clone, name), { recursive: true });
		await symlink(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
		await run('npm', ['pack', '--offline', '--silent'], { cwd: clone, timeout: PATIENCE_MS });
		const [archive] = (await readdir(clone)).filter((name) => name.endsWith('.tgz'));
		if (!archive) throw new Error('npm pack left no archive');
		await mkdir(project.installed, { recursive: true });
		await run('tar', ['xzf', join(clone, archive), '-C', project.installed, '--strip-components', '1']);
		await project.#linkDependencies();
		return project;
	}

	/** Of the package those that it declares; of what they need in turn Node finds the rest where the links lead. */
	async #linkDependencies(): Promise<void> {
		const { dependencies } = JSON.parse(await readFile(join(this.installed, 'package.json'), 'utf8'));
		const modules = join(this.folder, 'project/node_modules');
		for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) {
			await mkdir(join(modules, name, '..'), { recursive: true });
			await symlink(join(ROOT, 'node_modules', name), join(modules, name));
		}
	}

	async write(name: string, text: string): Promise<string> {
		const file = join(this.folder, 'project', name);
		await writeFile(file, text);
		return file;
	}

	/** Runs a script of the project, or `ses` as its bin entry names it, under the Node that runs the tests. */
	node(args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
		return run(process.execPath, [...args], { cwd: join(this.folder, 'project'), timeout: PATIENCE_MS });
	}

	/** @returns paths of files of the package, from its root */
	async files(): Promise<string[]> {
		const entries = await readdir(this.installed, { recursive: true, withFileTypes: true });
		return entries
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name).slice(this.installed.length + 1));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await rm(this.folder, { recursive: true, force: true });
	}
}
