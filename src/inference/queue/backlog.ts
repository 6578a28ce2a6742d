import type { Priority } from '../../domain/index.ts';

export interface BacklogItem {
	/** Lanes take turns. */
	readonly lane: string;
	/** As of the SubmitOptions. Default `normal`. */
	readonly priority?: Priority;
	/** From then on (`performance.now()`) what is behind it in its lane goes first. Default never. */
	readonly staleAt?: number;
}

/**
 * What waits for a worker. Lanes take turns, so that one talkative speaker does not hold up the others.
 * In a lane the order is that of arrival, unless the first has waited too long: what was said just now is
 * worth more then, and the newest is taken.
 */
export class Backlog<Item extends BacklogItem> {
	readonly #tiers = {
		raised: new Lanes<Item>(),
		normal: new Lanes<Item>(),
		partial: new Lanes<Item>(),
	} as const satisfies Record<Priority, Lanes<Item>>;

	get size(): number {
		const { raised, normal, partial } = this.#tiers;
		return raised.size + normal.size + partial.size;
	}

	/** Whether anything waits that is more than a part. */
	get hasWholes(): boolean {
		return this.#tiers.raised.size + this.#tiers.normal.size > 0;
	}

	add(item: Item): void {
		this.#tierOf(item).add(item);
	}

	has(item: Item): boolean {
		return this.#tierOf(item).has(item);
	}

	/** @returns whether it was still waiting */
	remove(item: Item): boolean {
		return this.#tierOf(item).remove(item);
	}

	/** What is only a part is given when nothing else waits: in a batch with wholes these would be held up by it. */
	take(count: number): Item[] {
		const { raised, normal, partial } = this.#tiers;
		const urgent = raised.take(count);
		const wholes = [...urgent, ...normal.take(count - urgent.length)];
		return wholes.length > 0 ? wholes : partial.take(count);
	}

	#tierOf({ priority = 'normal' }: Item): Lanes<Item> {
		return this.#tiers[priority];
	}
}

class Lanes<Item extends BacklogItem> {
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
			const item = nextOf(lane);
			if (item) {
				taken.push(item);
				this.remove(item);
			}
			// Back to the end of the line, if anything is left in it.
			if (this.#lanes.delete(key)) this.#lanes.set(key, lane);
		}
		return taken;
	}
}

function nextOf<Item extends BacklogItem>(lane: ReadonlySet<Item>): Item | undefined {
	const [oldest] = lane;
	if (!oldest || performance.now() < (oldest.staleAt ?? Number.POSITIVE_INFINITY)) return oldest;
	return [...lane].at(-1);
}
