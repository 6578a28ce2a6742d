import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { SesEvent } from '../../domain/index.ts';

const MAIN = fileURLToPath(new URL(`../main${extname(import.meta.url)}`, import.meta.url));
/**
 * As `npm run ses` sets it. Left alone, V8 doubles its young generation when it sees fit, minutes or
 * hours into a call: 24 MiB that look like a leak.
 */
const YOUNG_GENERATION = '--max-semi-space-size=8';
/** What `ses start` tells a parent process once the console is open. */
const consoleMessage = z.object({
	type: z.literal('console'),
	signIn: z.url(),
	/** By name; none where they are not served. */
	examples: z.record(z.string(), z.url()).default({}),
});
type Examples = z.infer<typeof consoleMessage>['examples'];
/** Past this the process is ended by force. */
const PATIENCE_MS = 20_000;

/** What an operator may have set for a bot of their own; the demo must not reach any of it. */
const OPERATORS = /^(?:DISCORD_.*|SES_.*|REDIS_URL|DATABASE_URL)$/;

/** The environment of the demo's bot: what the shell has, without the operator's settings, and `own`. */
export const demoEnvironment = (
	shell: Readonly<Record<string, string | undefined>>,
	own: Readonly<Record<string, string>>,
): Record<string, string | undefined> => ({
	...Object.fromEntries(Object.entries(shell).filter(([name]) => !OPERATORS.test(name))),
	...own,
});

/**
 * The real bot, as an operator starts it: `ses start --json` in a process of its own, which knows
 * nothing of a demo. It is told where Discord is by its environment only.
 */
export class BotProcess implements AsyncDisposable {
	readonly #child: ChildProcess;
	readonly #exited: Promise<unknown>;
	#complaints = '';

	/** @param onConsole told where the console and the examples are, with links that sign in once each */
	constructor(
		environment: Readonly<Record<string, string>>,
		onEvent: (event: SesEvent) => void,
		onConsole: (signIn: string, examples: Examples) => void = () => {},
	) {
		this.#child = spawn(process.execPath, [YOUNG_GENERATION, MAIN, 'start', '--json'], {
			env: demoEnvironment(process.env, environment),
			stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		});
		this.#child.on('message', (message) => {
			const told = consoleMessage.safeParse(message);
			if (told.success) onConsole(told.data.signIn, told.data.examples);
		});
		const { stdout, stderr } = this.#child;
		if (!stdout || !stderr) throw new Error('The bot process has no output.');
		const lines = createInterface({ input: stdout });
		lines.on('line', (line) => onEvent(JSON.parse(line) as SesEvent));
		stderr.on('data', (text: Buffer) => {
			this.#complaints = `${this.#complaints}${text.toString()}`.slice(-4000);
		});
		// All lines must have been read before the process counts as gone.
		this.#exited = Promise.all([once(this.#child, 'exit'), once(lines, 'close')]);
	}

	/** Of the process; 0 when it could not be started. */
	get pid(): number {
		return this.#child.pid ?? 0;
	}

	/** What it wrote to standard error: warnings, or why it ended. */
	get complaints(): string {
		return this.#complaints.trim();
	}

	/** Rejects when the process ends by itself. Race it against what needs the bot. */
	async died(): Promise<never> {
		await this.#exited;
		throw new Error(`The bot ended unexpectedly: ${this.complaints || `exit code ${this.#child.exitCode}`}`);
	}

	/** Asks it to end, as a service manager does, and waits until it has. */
	async stop(): Promise<void> {
		if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
		const force = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
		await this.#exited;
		clearTimeout(force);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.stop();
	}
}
