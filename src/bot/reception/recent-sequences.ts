const REMEMBERED = 128;
const NONE = -1;

/**
 * Which packets of each stream have been taken lately. A copy must not be decrypted a second time: DAVE
 * refuses it, and that would count as a failure of the group.
 */
export class RecentSequences {
	/** Each sequence number in the slot of its last bits, until a later one takes that over. */
	readonly #bySsrc = new Map<number, Int32Array>();

	has(ssrc: number, sequence: number): boolean {
		return this.#bySsrc.get(ssrc)?.[sequence % REMEMBERED] === sequence;
	}

	add(ssrc: number, sequence: number): void {
		let recent = this.#bySsrc.get(ssrc);
		if (!recent) {
			recent = new Int32Array(REMEMBERED).fill(NONE);
			this.#bySsrc.set(ssrc, recent);
		}
		recent[sequence % REMEMBERED] = sequence;
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
