import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Answer, answer, type Request, type WorkerOptions } from './messages.ts';

const SCRIPT = fileURLToPath(new URL('child.ts', import.meta.url));

/** An inference worker on Redis in a process of its own, whose processor time can be asked for. */
export class WorkerProcess implements AsyncDisposable {
	readonly #child: ChildProcess;

	private constructor(child: ChildProcess) {
		this.#child = child;
	}

	/**
	 * Resolves when it takes jobs.
	 *
	 * @param core the one core that all its threads run on, where the system can bind them (Linux)
	 * @throws when it ends before
	 */
	static async start(options: WorkerOptions, core: number): Promise<WorkerProcess> {
		const bound = { execPath: 'taskset', execArgv: ['--cpu-list', String(core), process.execPath] };
		// What it prints is for people; standard output belongs to the report.
		const worker = new WorkerProcess(
			fork(SCRIPT, [JSON.stringify(options)], {
				stdio: ['ignore', 2, 2, 'ipc'],
				...(process.platform === 'linux' ? bound : { execArgv: [] }),
			}),
		);
		await worker.#next('ready');
		return worker;
	}

	/** @returns milliseconds of processor time, of all its threads, since it started */
	async cpuMs(): Promise<number> {
		const usage = this.#next('usage');
		const asked: Request = { type: 'usage' };
		this.#child.send(asked, () => undefined);
		return (await usage).cpuMs;
	}

	async #next<Type extends Answer['type']>(type: Type): Promise<Extract<Answer, { type: Type }>> {
		const ended = new AbortController();
		const onExit = (code: number | null, signal: NodeJS.Signals | null): void =>
			ended.abort(new Error(`A worker ended with ${signal ?? code}.`));
		this.#child.once('exit', onExit);
		try {
			const [message] = await once(this.#child, 'message', { signal: ended.signal });
			const told = answer.parse(message);
			if (told.type !== type) throw new Error(`A worker said ${told.type} where ${type} was due.`);
			return told as Extract<Answer, { type: Type }>;
		} catch (error) {
			throw ended.signal.reason ?? error;
		} finally {
			this.#child.off('exit', onExit);
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
		const exit = once(this.#child, 'exit');
		if (this.#child.connected) this.#child.disconnect();
		await exit;
	}
}
