export interface BacklogItem {
	/** Items of one lane are taken in their order; lanes take turns. */
	readonly lane: string;
}

/** What waits for a worker. Lanes take turns, so that one talkative speaker does not hold up the others. */
export class Backlog<Item extends BacklogItem> {
	/** The lane whose turn it is stands first. */
	readonly #lanes = new Map<string, Set<Item>>();
	#size = 0;

	get size(): number {
		return this.#size;
	}

	add(item: Item): void {
		const lane = this.#lanes.get(item.lane);
		if (lane) lane.add(item);
		else this.#lanes.set(item.lane, new Set([item]));
		this.#size++;
	}

	has(item: Item): boolean {
		return this.#lanes.get(item.lane)?.has(item) ?? false;
	}

	/** @returns whether it was still waiting */
	remove(item: Item): boolean {
		const lane = this.#lanes.get(item.lane);
		if (!lane?.delete(item)) return false;
		if (lane.size === 0) this.#lanes.delete(item.lane);
		this.#size--;
		return true;
	}

	take(count: number): Item[] {
		const taken: Item[] = [];
		while (taken.length < count) {
			const [turn] = this.#lanes;
			if (!turn) break;
			const [key, lane] = turn;
			for (const item of lane) {
				taken.push(item);
				this.remove(item);
				break;
			}
			// Back to the end of the line, if anything is left in it.
			if (this.#lanes.delete(key)) this.#lanes.set(key, lane);
		}
		return taken;
	}
}
