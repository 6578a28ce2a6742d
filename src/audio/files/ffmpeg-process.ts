import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

const KEPT_STDERR = 4096;
/** The first audio track, at its own rate and with all its channels; full floats, so that nothing is clipped here. */
const OUTPUT = ['-map', '0:a:0', '-vn', '-sn', '-dn', '-c:a', 'pcm_f32le', '-f', 'wav'];

export interface FfmpegProcessOptions {
	/** Program to run. */
	readonly ffmpeg: string;
	/** What it is to read, up to and with `-i`. */
	readonly args: readonly string[];
	/** What stands before its output, beside what we always want of it. */
	readonly outputArgs?: readonly string[] | undefined;
	/** Whether it is to read what is written to {@link FfmpegProcess.stdin}. */
	readonly reads?: boolean | undefined;
	readonly signal?: AbortSignal | undefined;
}

/** ffmpeg as it decodes to a WAV stream on its standard output. Started without a shell. */
export class FfmpegProcess implements AsyncDisposable {
	readonly stdout: Readable;
	readonly stdin: Writable | null;
	/** Its exit code, `null` when a signal ended it; rejects when it could not be started. */
	readonly exit: Promise<number | null>;
	readonly #child: ChildProcess;
	readonly #messages: () => string;

	constructor({ ffmpeg, args, outputArgs = [], reads = false, signal }: FfmpegProcessOptions) {
		const all = ['-nostdin', '-hide_banner', '-nostats', '-threads', '1', ...args, ...OUTPUT, ...outputArgs, 'pipe:1'];
		const child = spawn(ffmpeg, all, {
			stdio: [reads ? 'pipe' : 'ignore', 'pipe', 'pipe'],
			// Ctrl-C at a terminal is told to us; who reads along is ended by us, when all was handed on.
			detached: process.platform !== 'win32',
			windowsHide: true,
			...(signal ? { signal, killSignal: 'SIGKILL' } : {}),
		});
		this.#child = child;
		this.stdout = child.stdout as Readable;
		this.stdin = child.stdin;
		this.#messages = collect(child.stderr as Readable);
		this.exit = new Promise((resolve, reject) => {
			child.once('error', reject);
			child.once('close', resolve);
		});
		// Whoever awaits it later gets the rejection; until then it must not count as unhandled.
		this.exit.catch(() => {});
		// It may well go before it has read all.
		child.stdin?.on('error', () => {});
	}

	/** The beginning and the end of what it said. */
	get messages(): string {
		return this.#messages();
	}

	/** Ends it at once; whoever waits for its output sees the end of it. */
	kill(): void {
		this.#child.kill('SIGKILL');
		this.stdin?.destroy();
		this.stdout.destroy();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.kill();
		await this.exit.catch(() => {});
	}
}

/** Whether the program is not there, or may not be run. */
export const isMissing = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES');

/** Keeps the beginning (where the duration stands) and the end (where the fault stands) of a stream. */
function collect(stream: Readable): () => string {
	let head = '';
	let tail = '';
	stream.setEncoding('utf8');
	stream.on('data', (text: string) => {
		if (head.length < KEPT_STDERR) head += text;
		else tail = (tail + text).slice(-KEPT_STDERR);
	});
	stream.on('error', () => {});
	return () => `${head}${tail}`;
}
