import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SesError } from '../../../domain/index.ts';
import type { AnalysisProgress } from '../../analysis/index.ts';
import type { Analyst, ReportDigest, ReportFlags } from '../analyst.ts';
import { type Fault, type Request, responseSchema } from './messages.ts';

const SCRIPT = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));
/** Little garbage lives long here: a small young generation keeps the process small, too. */
const NODE_FLAGS = ['--max-semi-space-size=2'];

/** An error of another process, with the code and the words that it had there. */
class RemoteError extends SesError {
	override readonly hint: string;

	constructor({ code, message, hint }: Fault) {
		super(code);
		this.message = message;
		this.hint = hint;
	}
}

/**
 * An analyst in a process of its own: what ends it costs one recording, and the next gets a new one.
 */
export class RemoteAnalyst implements Analyst {
	readonly #start: Request;
	#child: ChildProcess | undefined;

	constructor(config: string | undefined, flags: ReportFlags) {
		const { customer, channels, maxDurationMs, ...rest } = flags;
		this.#start = {
			type: 'start',
			...(config !== undefined && { config }),
			flags: {
				...rest,
				...(customer && { customer }),
				...(channels && { channels: [...channels] }),
				...(maxDurationMs !== undefined && { maxDurationMs }),
			},
		};
	}

	async report(file: string, target: string, onProgress?: (at: AnalysisProgress) => void): Promise<ReportDigest> {
		const child = this.#child ?? (await this.start(file));
		const digest = await this.#ask(child, { type: 'report', file, target }, file, onProgress);
		if (!digest) throw new Error('a process of the batch answered out of turn');
		return digest;
	}

	/** @param file for which it is wanted. @throws {SesError} what keeps it from starting */
	async start(file: string): Promise<ChildProcess> {
		const child = fork(SCRIPT, {
			execArgv: [...process.execArgv, ...NODE_FLAGS],
			stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		});
		this.#child = child;
		try {
			await this.#ask(child, this.#start, file);
			return child;
		} catch (error) {
			// One that cannot start is of no use to the next recording.
			await this[Symbol.asyncDispose]();
			throw error;
		}
	}

	/** @returns what `report` is answered with */
	#ask(
		child: ChildProcess,
		request: Request,
		file: string,
		onProgress?: (at: AnalysisProgress) => void,
	): Promise<ReportDigest | undefined> {
		return new Promise((resolve, reject) => {
			const settle = (): void => {
				child.off('message', onMessage);
				child.off('exit', onExit);
				child.off('error', onError);
			};
			const onMessage = (message: unknown): void => {
				const response = responseSchema.parse(message);
				if (response.type === 'progress') {
					onProgress?.({ positionMs: response.positionMs, durationMs: response.durationMs });
					return;
				}
				settle();
				if (response.type === 'failed') reject(new RemoteError(response.fault));
				else resolve(response.type === 'done' ? response.digest : undefined);
			};
			const lost = (reason: string): void => {
				settle();
				this.#child = undefined;
				reject(new SesError('SES_ANALYSIS_LOST', { file, reason }));
			};
			const onExit = (code: number | null, signal: string | null): void => lost(signal ?? `exit code ${code}`);
			const onError = (error: Error): void => lost(error.message);
			child.on('message', onMessage);
			child.on('exit', onExit);
			child.on('error', onError);
			child.send(request);
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#child?.kill('SIGKILL');
		this.#child = undefined;
	}
}
