const REMEMBERED = 128;

/**
 * Which packets of each stream have been taken lately. A copy must not be decrypted a second time: DAVE
 * refuses it, and that would count as a failure of the group.
 */
export class RecentSequences {
	readonly #bySsrc = new Map<number, Set<number>>();

	has(ssrc: number, sequence: number): boolean {
		return this.#bySsrc.get(ssrc)?.has(sequence) ?? false;
	}

	add(ssrc: number, sequence: number): void {
		const recent = this.#bySsrc.get(ssrc) ?? new Set<number>();
		this.#bySsrc.set(ssrc, recent.add(sequence));
		if (recent.size > REMEMBERED) recent.delete(recent.values().next().value as number);
	}

	/** Forgets one stream. */
	delete(ssrc: number): void {
		this.#bySsrc.delete(ssrc);
	}

	/** Forgets all streams: a new server deals SSRCs anew. */
	clear(): void {
		this.#bySsrc.clear();
	}

	/** How many streams are remembered. */
	get size(): number {
		return this.#bySsrc.size;
	}
}
