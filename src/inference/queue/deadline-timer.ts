/** Timers of Node count in a signed 32-bit integer; beyond it they fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One timer for many deadlines that come in ascending order: it is set for the earliest only. */
export class DeadlineTimer implements Disposable {
	readonly #onDue: () => void;
	#timer: NodeJS.Timeout | undefined;

	constructor(onDue: () => void) {
		this.#onDue = onDue;
	}

	/** Makes sure that the timer fires for `deadline` (of `performance.now()`); `undefined` stops it. */
	set(deadline: number | undefined): void {
		if (deadline === undefined || deadline === Number.POSITIVE_INFINITY) {
			clearTimeout(this.#timer);
			this.#timer = undefined;
		} else if (this.#timer === undefined) {
			const waitMs = Math.min(Math.max(Math.ceil(deadline - performance.now()), 0), LONGEST_TIMER_MS);
			this.#timer = setTimeout(() => {
				this.#timer = undefined;
				this.#onDue();
			}, waitMs);
		}
	}

	[Symbol.dispose](): void {
		this.set(undefined);
	}
}
