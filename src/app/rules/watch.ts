import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Log, SesError } from '../../domain/index.ts';
import type { LoadedRules } from '../../middleware/index.ts';
import { loadRules } from './load.ts';

/** Editors write a file in several steps. */
const SETTLE_MS = 300;

export interface RulesWatchOptions {
	readonly file: string;
	/** Takes rules that are in order. */
	onRules(loaded: LoadedRules): void;
	readonly log: Log;
}

/** Reads the rules anew when their file changes, or on SIGHUP. Those that are not in order are refused, and the old ones stay. */
export class RulesWatch implements AsyncDisposable {
	readonly #options: RulesWatchOptions;
	readonly #watcher: FSWatcher | undefined;
	#settling: NodeJS.Timeout | undefined;
	#turn: Promise<void> = Promise.resolve();
	/** Of the file as it was read last. */
	#seen: string;

	private constructor(options: RulesWatchOptions, seen: string) {
		this.#options = options;
		this.#seen = seen;
		this.#watcher = this.#watch();
		process.on('SIGHUP', this.#onSignal);
	}

	static async open(options: RulesWatchOptions): Promise<RulesWatch> {
		return new RulesWatch(options, await stateOf(options.file));
	}

	/** Reads the rules again. Never rejects. */
	reload(): Promise<void> {
		this.#turn = this.#turn.then(() => this.#read());
		return this.#turn;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		clearTimeout(this.#settling);
		this.#watcher?.close();
		process.off('SIGHUP', this.#onSignal);
		await this.#turn;
	}

	readonly #onSignal = (): void => void this.reload();

	/** The folder is watched, not the file: many editors put a new file in the old one's place. */
	#watch(): FSWatcher | undefined {
		const { file, log } = this.#options;
		try {
			const watcher = watch(dirname(file), { persistent: false }, (_, name) => {
				// Files that are put there by a link, as Kubernetes does it, come under another name.
				if (name === null || name === basename(file) || name.startsWith('..')) this.#changed();
			});
			watcher.on('error', (error) => log.warn({ error }, 'rules file is not watched any more; SIGHUP reads it anew'));
			return watcher;
		} catch (error) {
			log.warn({ error }, 'rules file cannot be watched; SIGHUP reads it anew');
			return undefined;
		}
	}

	#changed(): void {
		clearTimeout(this.#settling);
		this.#settling = setTimeout(async () => {
			if ((await stateOf(this.#options.file)) !== this.#seen) await this.reload();
		}, SETTLE_MS).unref();
	}

	async #read(): Promise<void> {
		const { file, onRules, log } = this.#options;
		this.#seen = await stateOf(file);
		try {
			const loaded = await loadRules(file);
			onRules(loaded);
			log.info({ rules: loaded.rules.rules.length }, 'rules were read anew');
		} catch (error) {
			if (!(error instanceof SesError)) {
				log.error({ error }, 'rules could not be read anew, the old ones stay');
				return;
			}
			const { code, message, hint } = error;
			log.warn({ code, problem: message, hint }, 'rules were refused, the old ones stay');
		}
	}
}

/** Changes whenever the file does. */
async function stateOf(file: string): Promise<string> {
	try {
		const { ino, mtimeMs, size } = await stat(file);
		return `${ino}/${mtimeMs}/${size}`;
	} catch {
		return 'missing';
	}
}
