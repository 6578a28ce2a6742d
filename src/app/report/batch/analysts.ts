import { SesError } from '../../../domain/index.ts';
import { type Analyst, openAnalyst } from '../analyst.ts';
import { RemoteAnalyst } from './remote-analyst.ts';
import type { BatchOptions } from './run.ts';

type AnalystsOptions = Pick<BatchOptions, 'config' | 'configFile' | 'flags' | 'jobs' | 'signal'>;

/** No fault of the recording that would have been the first: with no model, say, none can be analysed. */
export class CannotStart extends Error {
	constructor(cause: unknown) {
		super('no analyst', { cause });
	}
}

/** As many analysts as there are jobs, opened when they are needed. */
export class Analysts implements AsyncDisposable {
	readonly #options: AnalystsOptions;
	readonly #free: Analyst[] = [];
	readonly #all: Analyst[] = [];

	constructor(options: AnalystsOptions) {
		this.#options = options;
		options.signal.addEventListener('abort', this.#stop);
	}

	/**
	 * An analyst, to be given back.
	 *
	 * @param file for which it is wanted
	 * @throws {CannotStart} with what keeps it, and with it all others, from starting
	 * @throws {SesError} `SES_ANALYSIS_LOST`: its process ended
	 */
	async take(file: string): Promise<Analyst> {
		const free = this.#free.pop();
		if (free) return free;
		const { jobs, config, configFile, flags, signal } = this.#options;
		signal.throwIfAborted();
		try {
			if (jobs === 1) {
				const analyst = await openAnalyst(config, flags, signal);
				this.#all.push(analyst);
				return analyst;
			}
			const analyst = new RemoteAnalyst(configFile, flags);
			this.#all.push(analyst);
			await analyst.start(file);
			return analyst;
		} catch (error) {
			throw error instanceof SesError && error.code === 'SES_ANALYSIS_LOST' ? error : new CannotStart(error);
		}
	}

	giveBack(analyst: Analyst): void {
		this.#free.push(analyst);
	}

	/** A process knows nothing of the signal, and what it is at may take minutes. */
	readonly #stop = (): void => {
		if (this.#options.jobs > 1) for (const analyst of this.#all) void analyst[Symbol.asyncDispose]();
	};

	async [Symbol.asyncDispose](): Promise<void> {
		this.#options.signal.removeEventListener('abort', this.#stop);
		for (const analyst of this.#all) await analyst[Symbol.asyncDispose]();
	}
}
