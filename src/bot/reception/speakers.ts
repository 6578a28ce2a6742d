/** An old SSRC of a member still has packets under way; older ones have not. */
const MOST_SSRCS = 2;
/** Far more than a voice channel holds; what a server that deals SSRCs without end may take of our memory. */
const MOST_SPEAKERS = 1000;

/** Whose packets are whose, as the voice server says (op 5, op 13). */
export class Speakers {
	readonly #bySsrc = new Map<number, string>();
	/** Oldest first. */
	readonly #byUser = new Map<string, number[]>();

	userOf(ssrc: number): string | undefined {
		return this.#bySsrc.get(ssrc);
	}

	/** A member sends under this SSRC from now on. @returns SSRCs that are nobody's any more */
	announce(userId: string, ssrc: number): number[] {
		if (this.#bySsrc.get(ssrc) === userId) return [];
		const owner = this.#bySsrc.get(ssrc);
		if (owner !== undefined) this.#release(owner, ssrc);
		const ssrcs = this.#byUser.get(userId) ?? [];
		ssrcs.push(ssrc);
		this.#byUser.set(userId, ssrcs);
		this.#bySsrc.set(ssrc, userId);
		const stale = owner === undefined ? [] : [ssrc];
		if (ssrcs.length > MOST_SSRCS) {
			const oldest = ssrcs.shift() as number;
			this.#bySsrc.delete(oldest);
			stale.push(oldest);
		}
		if (this.#byUser.size > MOST_SPEAKERS) stale.push(...this.leave(this.#byUser.keys().next().value as string));
		return stale;
	}

	/** @returns the SSRCs that were theirs */
	leave(userId: string): number[] {
		const ssrcs = this.#byUser.get(userId) ?? [];
		for (const ssrc of ssrcs) this.#bySsrc.delete(ssrc);
		this.#byUser.delete(userId);
		return ssrcs;
	}

	ssrcsOf(userId: string): readonly number[] {
		return this.#byUser.get(userId) ?? [];
	}

	/** Another server deals them anew: the old ones would pass for members whom they no longer are. */
	clear(): void {
		this.#bySsrc.clear();
		this.#byUser.clear();
	}

	#release(userId: string, ssrc: number): void {
		const rest = (this.#byUser.get(userId) ?? []).filter((each) => each !== ssrc);
		if (rest.length > 0) this.#byUser.set(userId, rest);
		else this.#byUser.delete(userId);
	}
}
