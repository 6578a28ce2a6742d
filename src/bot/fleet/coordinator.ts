/** An account that is to sit in a voice channel. */
export interface Assignment {
	readonly channelId: string;
	readonly accountId: string;
}

interface Seat {
	/** Who sits there; undefined while the channel waits. */
	accountId: string | undefined;
	/** Accounts that could not stay in this channel; asked again only when the channel is wanted anew. */
	readonly unfit: Set<string>;
}

/**
 * Which of our accounts serves which voice channel of one community. It decides and does nothing:
 * whoever asks carries out what is returned, in order.
 *
 * At all times a channel has one account at most and an account one channel at most, as Discord has it
 * for voice connections, and no channel waits while an account is free that could serve it.
 */
export class Coordinator {
	/** All accounts, best first. */
	readonly #preference: readonly string[];
	/** Those that are in the community. */
	readonly #present = new Set<string>();
	/** Wanted channels, oldest first. */
	readonly #seats = new Map<string, Seat>();

	constructor(preference: readonly string[]) {
		this.#preference = preference;
	}

	/** Channels that no account is there for, oldest first. */
	get waiting(): string[] {
		return [...this.#seats].filter(([, { accountId }]) => accountId === undefined).map(([channelId]) => channelId);
	}

	get assignments(): Assignment[] {
		return [...this.#seats].flatMap(([channelId, { accountId }]) =>
			accountId === undefined ? [] : [{ channelId, accountId }],
		);
	}

	accountOf(channelId: string): string | undefined {
		return this.#seats.get(channelId)?.accountId;
	}

	/** An account came into the community. @returns the channels that it serves from now on */
	joined(accountId: string): Assignment[] {
		if (this.#preference.includes(accountId)) this.#present.add(accountId);
		return this.#serveWaiting();
	}

	/** An account is gone, from the community or for good. @returns who takes over; the rest waits */
	gone(accountId: string): Assignment[] {
		this.#present.delete(accountId);
		for (const seat of this.#seats.values()) {
			seat.unfit.delete(accountId);
			if (seat.accountId === accountId) seat.accountId = undefined;
		}
		return this.#serveWaiting();
	}

	/** A channel is wanted. @returns its account, or undefined when it has to wait for one */
	want(channelId: string): string | undefined {
		if (!this.#seats.has(channelId)) this.#seats.set(channelId, { accountId: undefined, unfit: new Set() });
		this.#serveWaiting();
		return this.accountOf(channelId);
	}

	/** A channel is wanted no longer. @returns the waiting channels that its account serves instead */
	drop(channelId: string): Assignment[] {
		this.#seats.delete(channelId);
		return this.#serveWaiting();
	}

	/** The channel's account cannot stay in it, but can be elsewhere. @returns who serves what instead */
	failed({ channelId, accountId }: Assignment): Assignment[] {
		const seat = this.#seats.get(channelId);
		if (seat === undefined || seat.accountId !== accountId) return [];
		seat.unfit.add(accountId);
		seat.accountId = undefined;
		return this.#serveWaiting();
	}

	/**
	 * A moderator moved an account: what it served is wanted no longer, where it is now is.
	 *
	 * @returns false when another of ours serves that channel already; the account has to go then
	 */
	moved(accountId: string, into: string): boolean {
		for (const [channelId, seat] of this.#seats) {
			if (seat.accountId === accountId && channelId !== into) this.#seats.delete(channelId);
		}
		const seat = this.#seats.get(into);
		if (seat?.accountId !== undefined && seat.accountId !== accountId) return false;
		this.#seats.set(into, { accountId, unfit: seat?.unfit ?? new Set() });
		return true;
	}

	#serveWaiting(): Assignment[] {
		const taken = new Set(this.assignments.map(({ accountId }) => accountId));
		const served: Assignment[] = [];
		for (const [channelId, seat] of this.#seats) {
			if (seat.accountId !== undefined) continue;
			const accountId = this.#preference.find(
				(candidate) => this.#present.has(candidate) && !taken.has(candidate) && !seat.unfit.has(candidate),
			);
			if (accountId === undefined) continue;
			seat.accountId = accountId;
			taken.add(accountId);
			served.push({ channelId, accountId });
		}
		return served;
	}
}
