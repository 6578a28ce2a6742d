import type { EncodedEvent } from './encoded-event.ts';
import type { History } from './history.ts';
import type { ControlMessage } from './schemas.ts';
import type { FeedType, View } from './types.ts';

/** A connection, whichever way it speaks. None of these throws, also when it is gone. */
export interface Sink {
	event(event: EncodedEvent, view: View): void;
	control(message: ControlMessage): void;
	/** Shows that the connection lives, and finds out whether the other side does. */
	beat(): void;
	/** Says why and ends the connection, by force if the other side does not. */
	close(message: Extract<ControlMessage, { type: 'close' }>): void;
	/** Does `work`, which hands over several events, in one write. */
	together(work: () => void): void;
	/** Bytes that wait because the other side does not take them. */
	readonly bufferedBytes: number;
	/** Calls back once, when nothing waits any more. */
	onDrain(callback: () => void): void;
}

export interface SubscriberOptions {
	readonly sink: Sink;
	readonly view: View;
	readonly types: ReadonlySet<FeedType> | undefined;
	readonly guilds: ReadonlySet<string> | undefined;
	/** User id of the only one whose events are handed out. */
	readonly member: string | undefined;
	readonly stillGood: () => boolean;
	readonly history: History;
	/** Sequence number of the last event that it had. */
	readonly after: number;
	readonly maxBufferedBytes: number;
	readonly onTooSlow: () => void;
}

/** That the bot comes and goes is nobody's own. */
const isOf = ({ type, of }: EncodedEvent, member: string): boolean => type === 'session' || of === member;

/** While it catches up, it is handed no more than this at a time. */
const LOT_BYTES = 65_536;

/** One reader of the feed: what it may and wants to see, and how far it is. */
export class Subscriber {
	readonly sink: Sink;
	readonly stillGood: () => boolean;
	readonly #options: SubscriberOptions;
	/** Sequence number of the last event that it was handed or passed by. */
	#cursor: number;
	#isBehind = true;
	#isOver = false;

	constructor(options: SubscriberOptions) {
		this.#options = options;
		this.sink = options.sink;
		this.stillGood = options.stillGood;
		this.#cursor = options.after;
	}

	/** Hands it new events, unless older ones are still to come: then it gets to them in their turn. */
	offer(events: readonly EncodedEvent[]): void {
		if (this.#isBehind) return;
		this.sink.together(() => {
			for (const event of events) {
				// Those that came before it did, or that it was already handed from the history.
				if (event.sequence <= this.#cursor) continue;
				this.#cursor = event.sequence;
				this.#give(event);
			}
		});
	}

	/** Hands it what it missed, as fast as it takes it. */
	catchUp(): void {
		const { history, sink } = this.#options;
		while (this.#cursor < history.newest) {
			this.checkPace();
			if (this.#isOver) return;
			if (sink.bufferedBytes >= LOT_BYTES) {
				sink.onDrain(() => this.catchUp());
				return;
			}
			const event = history.get(++this.#cursor);
			if (event) this.#give(event);
		}
		this.#isBehind = false;
	}

	/** Whoever is so slow that what is yet to be read is no more is let go. */
	checkPace(): void {
		if (this.#isBehind && this.#cursor < this.#options.history.completeAfter) this.#tooSlow();
	}

	#tooSlow(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#options.onTooSlow();
	}

	#give(event: EncodedEvent): void {
		const { sink, view, types, guilds, member, maxBufferedBytes } = this.#options;
		if ((types && !types.has(event.type)) || (guilds && !guilds.has(event.guildId))) return;
		if (member !== undefined && !isOf(event, member)) return;
		sink.event(event, view);
		if (sink.bufferedBytes > maxBufferedBytes) this.#tooSlow();
	}
}
