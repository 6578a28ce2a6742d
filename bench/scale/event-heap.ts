interface Event {
	readonly atMs: number;
	readonly happen: () => void;
}

/** What is to happen, by time: a binary heap. */
export class EventHeap {
	readonly #events: Event[] = [];

	push(atMs: number, happen: () => void): void {
		const events = this.#events;
		let place = events.push({ atMs, happen }) - 1;
		while (place > 0) {
			const parent = (place - 1) >> 1;
			if (this.#at(parent) <= this.#at(place)) break;
			this.#swap(place, parent);
			place = parent;
		}
	}

	/** Lets everything happen up to a time, and what comes of it. */
	runUntil(untilMs: number): void {
		while (this.#events.length > 0 && this.#at(0) <= untilMs) this.#pop().happen();
	}

	#pop(): Event {
		const events = this.#events;
		this.#swap(0, events.length - 1);
		const first = events.pop() as Event;
		for (let place = 0; ; ) {
			const [left, right] = [2 * place + 1, 2 * place + 2];
			let least = place;
			if (left < events.length && this.#at(left) < this.#at(least)) least = left;
			if (right < events.length && this.#at(right) < this.#at(least)) least = right;
			if (least === place) return first;
			this.#swap(place, least);
			place = least;
		}
	}

	#at(place: number): number {
		return (this.#events[place] as Event).atMs;
	}

	#swap(one: number, other: number): void {
		const events = this.#events;
		[events[one], events[other]] = [events[other] as Event, events[one] as Event];
	}
}
