interface Pending {
	readonly waiting: Set<string>;
	readonly timer: NodeJS.Timeout;
}

/**
 * DAVE transitions that wait for their participants (opcodes 21/29/30 → 23 → 22): executed when all
 * are ready, have left, or the deadline has passed.
 */
export class Transitions {
	readonly #execute: (transitionId: number) => void;
	readonly #pending = new Map<number, Pending>();
	readonly #timeoutMs: number;
	#last = 0;

	/** @param timeoutMs a client that never says it is ready must not hold up the call */
	constructor(execute: (transitionId: number) => void, timeoutMs: number) {
		this.#execute = execute;
		this.#timeoutMs = timeoutMs;
	}

	get idle(): boolean {
		return this.#pending.size === 0;
	}

	/** A fresh id from 1 to 65535; 0 is kept for the (re)initialisation, which nobody waits for. */
	nextId(): number {
		this.#last = (this.#last % 0xffff) + 1;
		return this.#last;
	}

	begin(transitionId: number, participants: readonly string[]): void {
		const timer = setTimeout(() => this.#finish(transitionId), this.#timeoutMs).unref();
		this.#pending.set(transitionId, { waiting: new Set(participants), timer });
		this.#check(transitionId);
	}

	ready(userId: string, transitionId: number): void {
		this.#pending.get(transitionId)?.waiting.delete(userId);
		this.#check(transitionId);
	}

	leave(userId: string): void {
		for (const [transitionId, { waiting }] of this.#pending) {
			if (waiting.delete(userId)) this.#check(transitionId);
		}
	}

	/** Executes what is pending, whoever is ready. */
	finishAll(): void {
		for (const transitionId of [...this.#pending.keys()]) this.#finish(transitionId);
	}

	clear(): void {
		for (const { timer } of this.#pending.values()) clearTimeout(timer);
		this.#pending.clear();
	}

	#check(transitionId: number): void {
		if (this.#pending.get(transitionId)?.waiting.size === 0) this.#finish(transitionId);
	}

	#finish(transitionId: number): void {
		clearTimeout(this.#pending.get(transitionId)?.timer);
		if (this.#pending.delete(transitionId)) this.#execute(transitionId);
	}
}
