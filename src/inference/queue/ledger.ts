import type { Classification, DropCause, InferenceOutcome, Utterance } from '../../domain/index.ts';
import { DeadlineTimer } from './deadline-timer.ts';
import { AnswerMemory } from './memory.ts';
import type { QueueStats } from './stats.ts';
import { laneOf, type Ticket } from './ticket.ts';

/** A reason of our own: without one, every answer would build a DOMException with its stack, half of the queue's time. */
const ANSWERED = new Error('answered');

export interface LedgerOptions {
	/** How long an utterance is worth waiting for; `Infinity` for recordings. */
	readonly ttlMs: number;
	/** How many answers are remembered for ids that are submitted again. */
	readonly remember: number;
	/** Told of each answer as it is given, so that an adapter lets go of what it holds for it. */
	readonly onAnswered: (ticket: Ticket, outcome: InferenceOutcome) => void;
}

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
 * A result waits for the speaker's earlier utterances; a drop waits for nothing.
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
	#closed = false;

	constructor(options: LedgerOptions) {
		this.#options = options;
		this.#memory = new AnswerMemory(options.remember);
	}

	/** @returns the answer to come, and a ticket when there is work to do for it */
	enter(utterance: Utterance, signal?: AbortSignal): { answer: Promise<InferenceOutcome>; ticket?: Ticket } {
		const known = this.#open.get(utterance.id);
		const answered = this.#memory.get(utterance.id);
		if (known || answered) {
			this.#duplicates++;
			known?.obey(signal);
			return { answer: known?.answer ?? Promise.resolve(answered as InferenceOutcome) };
		}
		this.#submitted++;
		const entry = this.#book(utterance);
		if (this.#closed) this.drop(entry, 'cancelled', 'The queue is closed.');
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

	/** Tickets that are not answered yet, oldest first. */
	tickets(): Iterable<Ticket> {
		return this.#open.values();
	}

	stats(): QueueStats {
		return {
			depth: this.depth,
			submitted: this.#submitted,
			duplicates: this.#duplicates,
			classified: this.#classified,
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

	#book(utterance: Utterance): Entry {
		const { promise, resolve } = Promise.withResolvers<InferenceOutcome>();
		const done = new AbortController();
		const obeyed = new Set<AbortSignal>();
		const cancel = (): void => this.drop(entry, 'cancelled', 'It was withdrawn.');
		const entry: Entry = {
			id: utterance.id,
			lane: laneOf(utterance),
			pcm: utterance.pcm,
			deadline: performance.now() + this.#options.ttlMs,
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
		for (const entry of this.#lanes.get(key) ?? []) {
			if (!entry.result) return;
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
