import { randomInt } from 'node:crypto';
import type { FeedDraft } from './draft.ts';
import { EncodedEvent } from './encoded-event.ts';
import { History } from './history.ts';
import { CLOSE_CODES, type CloseReason, type ControlMessage } from './schemas.ts';
import { type Sink, Subscriber } from './subscriber.ts';
import { FEED_TYPES, FEED_VERSION, type FeedType, type View } from './types.ts';

export interface SubscribeOptions {
	readonly view: View;
	/** All when not set. */
	readonly types?: ReadonlySet<FeedType> | undefined;
	/** All when not set. */
	readonly guilds?: ReadonlySet<string> | undefined;
	/** User id of the only one whose events are told. */
	readonly member?: string | undefined;
	/** The last event that the subscriber had, to carry on from. */
	readonly lastEventId?: string | undefined;
	/** Asked now and then; the connection ends once it says no. */
	readonly stillGood: () => boolean;
}

export interface FeedLimits {
	readonly maxSubscribers: number;
	readonly resumeMs: number;
	readonly maxBufferedBytes: number;
	readonly heartbeatMs: number;
}

/**
 * From so many readers on, events are handed out in lots: a write costs about the same for one event as for
 * several, and a thousand writes for each of fifty events a second are half a core.
 */
const CROWD = 100;
/** At most so long an event waits for others. */
const LOT_MS = 40;

const EVENT_ID = /^([a-z0-9]{6})-(\d{1,15})$/;
const newEpoch = (): string => randomInt(36 ** 5, 36 ** 6).toString(36);

/**
 * Hands events to programs and pages: each once and in order, from where they left off. Whoever cannot keep up is
 * closed, so that nobody waits for anybody and memory stays bounded.
 */
export class Feed implements Disposable {
	/** Tells ids of this run from those of an earlier one. */
	readonly #epoch = newEpoch();
	readonly #limits: FeedLimits;
	readonly #history: History;
	readonly #subscribers = new Set<Subscriber>();
	readonly #heartbeat: NodeJS.Timeout;
	#shed = 0;
	/** What is to be handed out together, when it last was, and when it will be. */
	#lot: EncodedEvent[] = [];
	#lotAt = Number.NEGATIVE_INFINITY;
	#lotTimer: NodeJS.Timeout | undefined;

	constructor(limits: FeedLimits) {
		this.#limits = limits;
		this.#history = new History(limits.resumeMs);
		this.#heartbeat = setInterval(() => this.#beat(), limits.heartbeatMs).unref();
	}

	/** Connections now, and how many were closed for being too slow. */
	get stats(): { readonly subscribers: number; readonly shed: number } {
		return { subscribers: this.#subscribers.size, shed: this.#shed };
	}

	get isFull(): boolean {
		return this.#subscribers.size >= this.#limits.maxSubscribers;
	}

	/** Of the newest event: what a page that reads the state now has to carry on from. */
	get lastEventId(): string {
		return this.#idOf(this.#history.newest);
	}

	publish(draft: FeedDraft): EncodedEvent {
		const sequence = this.#history.newest + 1;
		const event = new EncodedEvent(sequence, this.#idOf(sequence), draft);
		this.#history.add(draft.type === 'partial' ? undefined : event, performance.now());
		if (this.#subscribers.size < CROWD) this.#handOut([event]);
		else this.#handOutSoon(event);
		return event;
	}

	/** A member withdrew: what tells of them is not handed out again. */
	withdraw(guildId: string, speakerId: string): void {
		this.#history.withdraw(guildId, speakerId);
		this.#lot = this.#lot.filter((event) => event.guildId !== guildId || !event.about.includes(speakerId));
	}

	/** @returns what is to be called when the connection is gone */
	subscribe(sink: Sink, { lastEventId, ...options }: SubscribeOptions): () => void {
		this.#history.expire(performance.now());
		const { newest } = this.#history;
		const from = lastEventId === undefined ? newest : this.#sequenceOf(lastEventId);
		const gap = from === undefined ? 'restarted' : from < this.#history.completeAfter ? 'expired' : undefined;
		const at = Date.now();
		const { types, guilds, view, member, stillGood } = options;
		const after = gap || from === undefined ? this.#history.completeAfter : from;
		sink.control({
			v: FEED_VERSION,
			id: this.#idOf(after),
			type: 'hello',
			at,
			data: {
				resumed: lastEventId !== undefined && gap === undefined,
				types: [...(types ?? FEED_TYPES)],
				...(guilds && { guilds: [...guilds] }),
				heartbeatMs: this.#limits.heartbeatMs,
			},
		});
		if (gap) sink.control({ v: FEED_VERSION, type: 'gap', at, data: { after: lastEventId ?? '', reason: gap } });
		const subscriber = new Subscriber({
			sink,
			view,
			types,
			guilds,
			member,
			stillGood,
			history: this.#history,
			after,
			maxBufferedBytes: this.#limits.maxBufferedBytes,
			onTooSlow: () => {
				this.#shed++;
				this.#end(subscriber, 'too-slow');
			},
		});
		this.#subscribers.add(subscriber);
		subscriber.catchUp();
		return () => void this.#subscribers.delete(subscriber);
	}

	/** Closes the connections whose cookie or token is not good any more. */
	review(): void {
		for (const subscriber of this.#subscribers) if (!subscriber.stillGood()) this.#end(subscriber, 'signed-out');
	}

	[Symbol.dispose](): void {
		clearInterval(this.#heartbeat);
		this.#handOutLot();
		for (const subscriber of this.#subscribers) this.#end(subscriber, 'going-away');
	}

	#handOut(events: readonly EncodedEvent[]): void {
		for (const subscriber of this.#subscribers) subscriber.offer(events);
	}

	/** At once when it has been quiet, otherwise with what else happens in a moment. */
	#handOutSoon(event: EncodedEvent): void {
		this.#lot.push(event);
		this.#lotTimer ??= setTimeout(() => this.#handOutLot(), Math.max(0, this.#lotAt + LOT_MS - performance.now()));
	}

	#handOutLot(): void {
		clearTimeout(this.#lotTimer);
		this.#lotTimer = undefined;
		const lot = this.#lot;
		this.#lot = [];
		this.#lotAt = performance.now();
		if (lot.length > 0) this.#handOut(lot);
	}

	#beat(): void {
		this.#history.expire(performance.now());
		this.review();
		for (const subscriber of this.#subscribers) {
			subscriber.checkPace();
			subscriber.sink.beat();
		}
	}

	#end(subscriber: Subscriber, reason: CloseReason): void {
		if (!this.#subscribers.delete(subscriber)) return;
		subscriber.sink.close(closeMessage(reason));
	}

	#idOf(sequence: number): string {
		return `${this.#epoch}-${sequence}`;
	}

	/** @returns `undefined` for an id of another run, or one that there never was */
	#sequenceOf(id: string): number | undefined {
		const [, epoch, digits] = EVENT_ID.exec(id) ?? [];
		if (epoch !== this.#epoch) return undefined;
		const sequence = Number(digits);
		return sequence <= this.#history.newest ? sequence : undefined;
	}
}

export const closeMessage = (reason: CloseReason): Extract<ControlMessage, { type: 'close' }> => ({
	v: FEED_VERSION,
	type: 'close',
	at: Date.now(),
	data: { code: CLOSE_CODES[reason], reason },
});
