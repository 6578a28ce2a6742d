/** More than this is left to its expiry: the audio goes by itself, the small jobs wait for a worker. */
const MOST = 10_000;

/**
 * What must still be deleted from Redis. A deletion that fails because the server is away is kept
 * and tried again when it is back; `remove` must be safe to repeat.
 */
export class Debris {
	readonly #remove: (jobId: string) => Promise<unknown>;
	readonly #left = new Set<string>();
	readonly #underWay = new Set<Promise<void>>();

	constructor(remove: (jobId: string) => Promise<unknown>) {
		this.#remove = remove;
	}

	/** @param after what must be over first, say the very sending of what is to be deleted */
	sweep(jobId: string, after?: Promise<unknown>): void {
		const sweeping = this.#sweep(jobId, after).finally(() => this.#underWay.delete(sweeping));
		this.#underWay.add(sweeping);
	}

	/** Tries again whatever is left. */
	retry(): void {
		for (const jobId of this.#left) this.sweep(jobId);
	}

	/** Resolves when no deletion is under way any more, whether or not all succeeded. */
	async settled(): Promise<void> {
		await Promise.all(this.#underWay);
	}

	async #sweep(jobId: string, after?: Promise<unknown>): Promise<void> {
		await after;
		try {
			await this.#remove(jobId);
			this.#left.delete(jobId);
		} catch {
			if (this.#left.size < MOST) this.#left.add(jobId);
		}
	}
}
