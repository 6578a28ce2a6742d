/** Tells when nobody has been in a channel for a while. A channel that is not used yet is not empty, it waits. */
export class Emptiness implements Disposable {
	readonly #afterMs: number;
	readonly #onEmpty: () => void;
	#wasUsed = false;
	#pending: NodeJS.Timeout | undefined;

	/** @param afterMs 0: never */
	constructor(afterMs: number, onEmpty: () => void) {
		this.#afterMs = afterMs;
		this.#onEmpty = onEmpty;
	}

	/** So many members are in the channel now. */
	see(members: number): void {
		if (members > 0) {
			this.#wasUsed = true;
			clearTimeout(this.#pending);
			this.#pending = undefined;
		} else if (this.#wasUsed && this.#afterMs > 0) this.#pending ??= setTimeout(this.#onEmpty, this.#afterMs);
	}

	[Symbol.dispose](): void {
		clearTimeout(this.#pending);
	}
}
