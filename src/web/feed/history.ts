import type { EncodedEvent } from './encoded-event.ts';

/** However busy it is, no more than this is held. */
const MOST = 50_000;

/** The latest events, for those who come back. Sequence numbers have no holes but those of withdrawals and of partial results. */
export class History {
	readonly #holdMs: number;
	/** Holes are what members withdrew, and what was void a moment later. */
	#events: (EncodedEvent | undefined)[] = [];
	/** Times by the clock of this process: what an event says of itself may be older. */
	#heldSince: number[] = [];
	/** Sequence number of the first of them. */
	#first = 1;

	constructor(holdMs: number) {
		this.#holdMs = holdMs;
	}

	/** Sequence number of the newest event that there has been; 0 before the first. */
	get newest(): number {
		return this.#first + this.#events.length - 1;
	}

	/** Everything after this sequence number is still there. */
	get completeAfter(): number {
		return this.#first - 1;
	}

	/**
	 * @param event `undefined` for one that nobody who comes back has a use for: its number is passed over
	 * @param now milliseconds, of any clock that runs evenly
	 */
	add(event: EncodedEvent | undefined, now: number): void {
		this.#events.push(event);
		this.#heldSince.push(now);
		this.expire(now);
	}

	expire(now: number): void {
		let gone = Math.max(0, this.#events.length - MOST);
		while (gone < this.#events.length && (this.#heldSince[gone] as number) < now - this.#holdMs) gone++;
		// In larger lots: cutting the front off a long list moves all of it.
		if (gone === 0 || (gone < 256 && gone < this.#events.length / 2)) return;
		this.#events = this.#events.slice(gone);
		this.#heldSince = this.#heldSince.slice(gone);
		this.#first += gone;
	}

	/** @returns `undefined` for what was withdrawn, or is no more */
	get(sequence: number): EncodedEvent | undefined {
		return this.#events[sequence - this.#first];
	}

	/** Takes out what tells of a member. */
	withdraw(guildId: string, speakerId: string): void {
		for (const [index, event] of this.#events.entries()) {
			if (event?.guildId === guildId && event.about.includes(speakerId)) this.#events[index] = undefined;
		}
	}
}
