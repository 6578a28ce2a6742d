/**
 * A bounded sample of what came so far, evenly spread over all of it: whoever changes slowly does not become
 * the measure of themselves. When it is full every other one is let go, and from then on half as many are taken.
 */
export class SpreadSample<Item> {
	readonly #most: number;
	#items: Item[] = [];
	/** Every so many items one is remembered. */
	#stride = 1;
	#seen = 0;

	/** @param most how many are kept at most */
	constructor(most: number) {
		this.#most = most;
	}

	/** Oldest first. */
	get items(): readonly Item[] {
		return this.#items;
	}

	/** How many came, kept or not. */
	get seen(): number {
		return this.#seen;
	}

	add(item: Item): void {
		if (this.#seen++ % this.#stride !== 0) return;
		if (this.#items.length === this.#most) {
			this.#items = this.#items.filter((_, index) => index % 2 === 0);
			this.#stride *= 2;
		}
		this.#items.push(item);
	}
}
