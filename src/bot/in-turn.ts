/** Does things that share a key one after the other, so that none sees what another has half done. */
export class InTurn {
	readonly #last = new Map<string, Promise<unknown>>();

	/** Runs `task` when all before it with this key are done, whether they failed or not. */
	async run<T>(key: string, task: () => Promise<T>): Promise<T> {
		const mine = (this.#last.get(key) ?? Promise.resolve()).then(task, task);
		this.#last.set(key, mine);
		try {
			return await mine;
		} finally {
			if (this.#last.get(key) === mine) this.#last.delete(key);
		}
	}
}
