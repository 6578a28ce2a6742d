interface Appointment {
	readonly dueMs: number;
	readonly resolve: () => void;
}

/** The clock that all members speak by; `performance.now()` scale. */
export class PacketClock {
	/** Earliest first. */
	readonly #appointments: Appointment[] = [];
	#timer: NodeJS.Timeout | undefined;

	now(): number {
		return performance.now();
	}

	/**
	 * Waits for a moment given in absolute time, so that errors of the timer do not add up. One timer
	 * serves everyone; a moment that has passed is over at once, which catches up after a stall.
	 */
	until(dueMs: number): Promise<void> {
		return new Promise((resolve) => {
			const index = this.#appointments.findLastIndex((other) => other.dueMs <= dueMs) + 1;
			this.#appointments.splice(index, 0, { dueMs, resolve });
			if (index === 0) this.#arm();
		});
	}

	#arm(): void {
		clearTimeout(this.#timer);
		const next = this.#appointments[0];
		if (next !== undefined) this.#timer = setTimeout(() => this.#fire(), Math.max(0, next.dueMs - this.now()));
	}

	#fire(): void {
		const now = this.now();
		while (this.#appointments[0] !== undefined && this.#appointments[0].dueMs <= now) {
			this.#appointments.shift()?.resolve();
		}
		this.#arm();
	}
}
