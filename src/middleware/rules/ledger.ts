const HOUR_MS = 3_600_000;

/** At least so long between two, and at most so many in an hour. */
export interface Allowance {
	readonly cooldownMs: number;
	readonly perHour: number;
}

export type Refusal = 'cooldown' | 'budget';

/** When something happened last, and how often in an hour, by whatever it is counted for. */
export class Ledger {
	readonly #times = new Map<string, number[]>();
	/** Nothing older is asked for. */
	#keepMs = HOUR_MS;

	/** Why it may not happen now; `undefined` when it may. */
	refusal(key: string, { cooldownMs, perHour }: Allowance, at: number): Refusal | undefined {
		this.#keepMs = Math.max(this.#keepMs, cooldownMs);
		const times = this.#times.get(key) ?? [];
		const last = times.at(-1);
		if (last !== undefined && at - last < cooldownMs) return 'cooldown';
		return times.filter((time) => at - time < HOUR_MS).length >= perHour ? 'budget' : undefined;
	}

	add(key: string, at: number): void {
		this.#times.set(key, [...(this.#times.get(key) ?? []), at]);
	}

	/** Lets go of what nobody will ask for. */
	prune(at: number): void {
		for (const [key, times] of this.#times) {
			const kept = times.filter((time) => at - time < this.#keepMs);
			if (kept.length > 0) this.#times.set(key, kept);
			else this.#times.delete(key);
		}
	}
}
