import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ONE_THREAD } from './python.ts';

const SCRIPT = fileURLToPath(new URL('mfcc.py', import.meta.url));

/** librosa in a process of Python that stays, with the clips in its memory. */
export class LibrosaMfcc implements AsyncDisposable {
	readonly #child: ChildProcessByStdio<Writable, Readable, null>;
	readonly #answers: AsyncIterator<string>;

	private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
		this.#child = child;
		this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	}

	/** @param clips all of one length @param folder for a file that the caller deletes */
	static async open(python: string, clips: readonly Int16Array[], folder: string): Promise<LibrosaMfcc> {
		const file = join(folder, 'clips.raw');
		await writeFile(file, Buffer.concat(clips.map((clip) => Buffer.from(new Int16Array(clip).buffer))));
		const child = spawn(python, [SCRIPT, file, String(clips[0]?.length)], {
			stdio: ['pipe', 'pipe', 'inherit'],
			env: { ...process.env, ...ONE_THREAD },
		});
		const opened = new LibrosaMfcc(child);
		await opened.#answer();
		return opened;
	}

	/** @returns milliseconds of processor time for the first `count` clips */
	async cpuMs(count: number): Promise<number> {
		this.#child.stdin.write(`${count}\n`);
		return Number(await this.#answer());
	}

	/** @throws when it has ended */
	async #answer(): Promise<string> {
		const { value, done } = await this.#answers.next();
		if (done) throw new Error('librosa ended before it had answered.');
		return value;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (this.#child.exitCode !== null) return;
		this.#child.stdin.end();
		await once(this.#child, 'exit');
	}
}
