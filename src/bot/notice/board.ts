/** Newcomers within this time share one notice. */
const GATHER_MS = 2000;

export interface NoticeBoardOptions {
	/** Puts the notice into the channel's chat. */
	post(): Promise<void>;
	/** Told when a later notice could not be posted. */
	onFailure(error: unknown): void;
	/** Whether this member is still in the channel. */
	isPresent(userId: string): boolean;
	/** At least this long between two notices after the first. */
	readonly repeatMs: number;
}

/**
 * Makes sure that everyone present has been told: when the bot joins, and again when somebody comes
 * in who has not seen the notice of this session. However many come and go, the chat is not flooded.
 */
export class NoticeBoard implements Disposable {
	readonly #options: NoticeBoardOptions;
	readonly #told = new Set<string>();
	/** Came in, and are not told yet. */
	readonly #untold = new Set<string>();
	#repeatedAt = Number.NEGATIVE_INFINITY;
	#pending: NodeJS.Timeout | undefined;

	constructor(options: NoticeBoardOptions) {
		this.#options = options;
	}

	/** Tells those present now. Rejects when it cannot. */
	async open(present: Iterable<string>): Promise<void> {
		for (const userId of present) this.#told.add(userId);
		await this.#options.post();
	}

	/** Someone came in. */
	arrived(userId: string): void {
		if (this.#told.has(userId)) return;
		this.#untold.add(userId);
		const { repeatMs } = this.#options;
		const waitMs = Math.max(GATHER_MS, this.#repeatedAt + repeatMs - performance.now());
		this.#pending ??= setTimeout(() => this.#repeat(), waitMs);
	}

	[Symbol.dispose](): void {
		clearTimeout(this.#pending);
	}

	#repeat(): void {
		this.#pending = undefined;
		const present = [...this.#untold].filter((userId) => this.#options.isPresent(userId));
		this.#untold.clear();
		// Who looked in and left again gets to see it next time.
		if (present.length === 0) return;
		for (const userId of present) this.#told.add(userId);
		this.#repeatedAt = performance.now();
		this.#options.post().catch(this.#options.onFailure);
	}
}
