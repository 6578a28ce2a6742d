const TICKS = 8;

/**
 * Calls `onHang` when work is under way and nothing has come of it for `limitMs`.
 *
 * It counts ticks instead of comparing times: when the whole process stood still (SIGSTOP, a
 * suspended laptop, a long pause of the garbage collector) that counts as one tick, and the
 * thread, which stood still as well, is not blamed for it.
 */
export class Watchdog implements Disposable {
	readonly #onHang: () => void;
	#timer: NodeJS.Timeout | undefined;

	constructor(onHang: () => void) {
		this.#onHang = onHang;
	}

	/** (Re)starts the count: work has begun, or some of it is done. */
	watch(limitMs: number): void {
		this.rest();
		let left = TICKS;
		this.#timer = setInterval(() => {
			if (--left > 0) return;
			this.rest();
			this.#onHang();
		}, limitMs / TICKS);
	}

	/** Nothing is under way. */
	rest(): void {
		clearInterval(this.#timer);
	}

	[Symbol.dispose](): void {
		this.rest();
	}
}
