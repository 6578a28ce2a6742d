/**
 * Whether a process can take work: all that it needs is there, and it has not been asked to end. What is
 * needed is named beforehand, so that a start that is still under way is not taken for a finished one.
 */
export class Readiness<Need extends string> {
	readonly #met = new Map<Need, boolean>();
	#isDraining = false;

	constructor(needs: readonly Need[]) {
		for (const need of needs) this.#met.set(need, false);
	}

	set(need: Need, isMet: boolean): void {
		this.#met.set(need, isMet);
	}

	/** Finishes what it has and takes no more: never ready again. */
	drain(): void {
		this.#isDraining = true;
	}

	/** What it waits for; empty when it is ready. */
	get missing(): readonly (Need | 'draining')[] {
		const unmet = [...this.#met].filter(([, isMet]) => !isMet).map(([need]) => need);
		return this.#isDraining ? ['draining', ...unmet] : unmet;
	}
}
