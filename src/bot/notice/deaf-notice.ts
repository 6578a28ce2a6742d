import type { DeafCause } from '../../domain/index.ts';

/** By then what can be done from here has been: a new connection, keys negotiated anew. */
const PATIENCE_MS = 15_000;

export interface DeafNoticeOptions {
	/** Why somebody who agreed is not heard at this moment; undefined when nobody is known not to be. */
	cause(): DeafCause | undefined;
	/** Tells the channel. */
	post(cause: DeafCause): Promise<unknown>;
	onFailure(error: unknown): void;
}

/**
 * Tells a channel that somebody who agreed is not heard, and what to do, once the bot itself has not been
 * able to mend it. Once for each stay: whoever read it knows, and `/emotion status` says how things stand.
 */
export class DeafNotice implements Disposable {
	readonly #options: DeafNoticeOptions;
	#pending: NodeJS.Timeout | undefined;
	#isPosted = false;

	constructor(options: DeafNoticeOptions) {
		this.#options = options;
	}

	/** The alarm of a member rings. */
	raised(): void {
		if (!this.#isPosted) this.#pending ??= setTimeout(() => this.#look(), PATIENCE_MS);
	}

	[Symbol.dispose](): void {
		clearTimeout(this.#pending);
	}

	#look(): void {
		this.#pending = undefined;
		const cause = this.#options.cause();
		if (!cause) return;
		this.#isPosted = true;
		this.#options.post(cause).catch(this.#options.onFailure);
	}
}
