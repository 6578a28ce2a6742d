import type {
	Classification,
	DropCause,
	InferenceOutcome,
	Priority,
	SubmitOptions,
	Utterance,
} from '../../domain/index.ts';
import { admit, THINNED_SAMPLES } from './admission.ts';
import { DeadlineTimer } from './deadline-timer.ts';
import { AnswerMemory } from './memory.ts';
import type { QueueStats } from './stats.ts';
import { laneOf, type Ticket } from './ticket.ts';

/** A reason of our own: without one, every answer would build a DOMException with its stack, half of the queue's time. */
const ANSWERED = new Error('answered');

export interface LedgerOptions {
	/** How long an utterance is worth waiting for; `Infinity` for recordings. */
	readonly ttlMs: number;
	/** Utterances that may be under way. Who is to go beyond it is the adapter's to say: it knows who waits. */
	readonly maxDepth: number;
	/** How many answers are remembered for ids that are submitted again. */
	readonly remember: number;
	/** Told of each answer as it is given, so that an adapter lets go of what it holds for it. */
	readonly onAnswered: (ticket: Ticket, outcome: InferenceOutcome) => void;
}

/** After this share of its time to live, what a speaker said is worth less than what they say now. */
const STALE_SHARE = 0.5;

const WORTH = { partial: 0, normal: 1, raised: 2 } as const satisfies Record<Priority, number>;

interface Entry extends Ticket {
	readonly answer: Promise<InferenceOutcome>;
	readonly close: (outcome: InferenceOutcome) => void;
	/** Withdraws the utterance when `signal` aborts; without one it does nothing. */
	readonly obey: (signal: AbortSignal | undefined) => void;
}

const dropped = (cause: DropCause, reason: string): InferenceOutcome => ({ status: 'dropped', cause, reason });

/**
 * The books of a queue, which all adapters share: exactly one answer for each utterance id, results
 * of a speaker in the order of submission, time to live, cancellation, counters.
 *
 * A result waits for the speaker's earlier utterances, as long as these are fresh; a drop waits for nothing.
 */
export class Ledger implements Disposable {
	readonly #options: LedgerOptions;
	/** In order of submission, which is also that of the deadlines. */
	readonly #open = new Map<string, Entry>();
	readonly #lanes = new Map<string, Set<Entry>>();
	readonly #memory: AnswerMemory<InferenceOutcome>;
	readonly #timer = new DeadlineTimer(() => this.#expire());
	readonly #drops: Record<DropCause, number> = { cancelled: 0, expired: 0, full: 0, failed: 0 };
	#submitted = 0;
	#duplicates = 0;
	#classified = 0;
	#thinned = 0;
	#closed = false;

	constructor(options: LedgerOptions) {
		this.#options = options;
		this.#memory = new AnswerMemory(options.remember);
	}

	/** @returns the answer to come, and a ticket when there is work to do for it */
	enter(
		utterance: Utterance,
		{ signal, priority = 'normal', traceparent }: SubmitOptions,
	): { answer: Promise<InferenceOutcome>; ticket?: Ticket } {
		const known = this.#open.get(utterance.id);
		const answered = this.#memory.get(utterance.id);
		if (known || answered) {
			this.#duplicates++;
			known?.obey(signal);
			return { answer: known?.answer ?? Promise.resolve(answered as InferenceOutcome) };
		}
		this.#submitted++;
		const admission = admit(this.depth, this.#options.maxDepth, utterance.pcm.length, priority);
		if (admission === 'thinned') this.#thinned++;
		// A copy, which lets go of the rest. The end is what was said last.
		const pcm = admission === 'thinned' ? utterance.pcm.slice(-THINNED_SAMPLES) : utterance.pcm;
		const entry = this.#book({ ...utterance, pcm }, priority, traceparent);
		if (this.#closed) this.drop(entry, 'cancelled', 'The queue is closed.');
		else if (admission === 'refused') this.drop(entry, 'full', 'The queue was filling, and it was only a part.');
		else if (pcm.length === 0) this.drop(entry, 'failed', 'It has no audio.');
		else entry.obey(signal);
		return entry.answered.aborted ? { answer: entry.answer } : { answer: entry.answer, ticket: entry };
	}

	/** Gives a result, as soon as the speaker's earlier utterances are answered. */
	classified(ticket: Ticket, classification: Classification): void {
		if (ticket.answered.aborted) return;
		ticket.result = classification;
		this.#release(ticket.lane);
	}

	/** Gives up on an utterance, at once. */
	drop(ticket: Ticket, cause: DropCause, reason: string): void {
		if (ticket.answered.aborted) return;
		this.#drops[cause]++;
		this.#answer(ticket as Entry, dropped(cause, reason));
		this.#release(ticket.lane);
	}

	get depth(): number {
		return this.#open.size;
	}

	/**
	 * Who is to go when there are too many: parts before wholes, what was said where heat has risen last, then
	 * the speaker of whom the most is under way, and of one speaker the oldest.
	 *
	 * @param mayGo says of whom there is a choice
	 */
	leastUseful(mayGo: (ticket: Ticket) => boolean): Ticket | undefined {
		let least: Entry | undefined;
		for (const entry of this.#open.values()) {
			if (mayGo(entry) && (!least || this.#isWorthLess(entry, least))) least = entry;
		}
		return least;
	}

	#isWorthLess(one: Ticket, other: Ticket): boolean {
		const worth = WORTH[one.priority] - WORTH[other.priority];
		if (worth !== 0) return worth < 0;
		return (this.#lanes.get(one.lane)?.size ?? 0) > (this.#lanes.get(other.lane)?.size ?? 0);
	}

	/** Whether something of this speaker has waited so long that what is said now should be served first. */
	isBehind(lane: string): boolean {
		const [oldest] = this.#lanes.get(lane) ?? [];
		return oldest !== undefined && performance.now() >= oldest.staleAt;
	}

	/** All that is not answered yet, oldest first. */
	tickets(): Iterable<Ticket> {
		return this.#open.values();
	}

	stats(): QueueStats {
		return {
			depth: this.depth,
			submitted: this.#submitted,
			duplicates: this.#duplicates,
			classified: this.#classified,
			thinned: this.#thinned,
			dropped: { ...this.#drops },
		};
	}

	/** @throws the reason of `signal` when it aborts first */
	async drain(signal?: AbortSignal): Promise<void> {
		signal?.throwIfAborted();
		const answers = Promise.all([...this.#open.values()].map(({ answer }) => answer));
		if (!signal) {
			await answers;
			return;
		}
		const { promise: aborted, reject } = Promise.withResolvers<never>();
		const onAbort = (): void => reject(signal.reason);
		signal.addEventListener('abort', onAbort, { once: true });
		try {
			await Promise.race([answers, aborted]);
		} finally {
			signal.removeEventListener('abort', onAbort);
		}
	}

	/** Answers everything as cancelled, now and from now on. */
	[Symbol.dispose](): void {
		this.#closed = true;
		for (const entry of [...this.#open.values()]) this.drop(entry, 'cancelled', 'The queue was closed.');
		this.#timer[Symbol.dispose]();
	}

	#book(utterance: Utterance, priority: Priority, traceparent?: string): Entry {
		const { promise, resolve } = Promise.withResolvers<InferenceOutcome>();
		const done = new AbortController();
		const obeyed = new Set<AbortSignal>();
		const cancel = (): void => this.drop(entry, 'cancelled', 'It was withdrawn.');
		const now = performance.now();
		const { ttlMs } = this.#options;
		const entry: Entry = {
			id: utterance.id,
			lane: laneOf(utterance, priority),
			pcm: utterance.pcm,
			...(traceparent && { traceparent }),
			priority,
			deadline: now + ttlMs,
			staleAt: now + ttlMs * STALE_SHARE,
			answered: done.signal,
			result: undefined,
			answer: promise,
			close: (outcome) => {
				done.abort(ANSWERED);
				for (const signal of obeyed) signal.removeEventListener('abort', cancel);
				resolve(outcome);
			},
			obey: (signal) => {
				if (signal?.aborted) cancel();
				else if (signal) {
					// Not with a `signal` option: Node forgets such a listener, and the audio behind it, only some
					// collections of garbage later.
					signal.addEventListener('abort', cancel, { once: true });
					obeyed.add(signal);
				}
			},
		};
		this.#open.set(entry.id, entry);
		const lane = this.#lanes.get(entry.lane);
		if (lane) lane.add(entry);
		else this.#lanes.set(entry.lane, new Set([entry]));
		this.#timer.set(entry.deadline);
		return entry;
	}

	#release(key: string): void {
		const lane = this.#lanes.get(key) ?? new Set<Entry>();
		const waiting: Entry[] = [];
		for (const entry of lane) {
			if (!entry.result) {
				if (performance.now() < entry.staleAt) return;
				waiting.push(entry);
				continue;
			}
			for (const stale of waiting.splice(0)) {
				this.#drops.expired++;
				this.#answer(stale, dropped('expired', 'It had waited long when a later one of the speaker was answered.'));
			}
			this.#classified++;
			this.#answer(entry, { status: 'classified', classification: entry.result });
		}
	}

	#answer(entry: Entry, outcome: InferenceOutcome): void {
		this.#open.delete(entry.id);
		const lane = this.#lanes.get(entry.lane);
		lane?.delete(entry);
		if (lane?.size === 0) this.#lanes.delete(entry.lane);
		if (this.#open.size === 0) this.#timer.set(undefined);
		this.#memory.set(entry.id, outcome);
		entry.close(outcome);
		this.#options.onAnswered(entry, outcome);
	}

	#expire(): void {
		for (const entry of this.#open.values()) {
			if (entry.deadline > performance.now()) {
				this.#timer.set(entry.deadline);
				return;
			}
			this.drop(entry, 'expired', `No result within ${this.#options.ttlMs} ms.`);
		}
	}
}
