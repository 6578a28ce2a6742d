/**
 * Runs `work` over `items`, at most `limit` at a time, and gives the results in the items' order.
 * The first failure stops the taking of further items and is thrown once all that was begun is over.
 */
export async function mapBounded<Item, Result>(
	items: readonly Item[],
	limit: number,
	work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
	const results = new Array<Result>(items.length);
	let next = 0;
	let failed = false;
	const lane = async (): Promise<void> => {
		while (next < items.length && !failed) {
			const index = next++;
			try {
				results[index] = await work(items[index] as Item, index);
			} catch (error) {
				failed = true;
				throw error;
			}
		}
	};
	const lanes = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, lane));
	for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason;
	return results;
}

/** Lets at most `limit` pieces of work be under way; who has more has to wait. */
export class InFlight<Result> {
	readonly #limit: number;
	readonly #pending = new Set<Promise<Result>>();
	readonly #all: Promise<Result>[] = [];

	constructor(limit: number) {
		this.#limit = limit;
	}

	/** Begins `work` as soon as there is room. @throws what any earlier work failed with */
	async add(work: () => Promise<Result>): Promise<void> {
		while (this.#pending.size >= this.#limit) await Promise.race(this.#pending);
		const promise = work();
		this.#all.push(promise);
		this.#pending.add(promise);
		// A failure is thrown by `add` or `results`; this copy of the promise must not be an unhandled one.
		promise.then(
			() => this.#pending.delete(promise),
			() => {},
		);
	}

	/** All results in the order in which the work was added. @throws what the first failure was */
	results(): Promise<Result[]> {
		return Promise.all(this.#all);
	}

	/** Resolves when nothing is under way any more, whatever became of it. */
	async idle(): Promise<void> {
		await Promise.allSettled(this.#all);
	}
}
