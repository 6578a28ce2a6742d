import type { Classification, Classifier } from '../../domain/index.ts';
import { Batcher } from '../queue/batcher.ts';
import type { Ticket } from '../queue/ticket.ts';

export interface FallbackOptions {
	/** Gives the classifier of this process, which stays the giver's; asked when it is first needed. */
	readonly open: () => Promise<Classifier>;
	readonly maxBatch: number;
	readonly maxBatchWaitMs: number;
	readonly concurrency: number;
	/** How long Redis may be away before this process classifies. Default 500: a restart of Redis is no outage. */
	readonly afterMs?: number;
	/** Told when this process begins and ceases to classify, or could not. */
	readonly onChange?: (change: FallbackChange) => void;
}

export type FallbackChange =
	| { readonly status: 'on' | 'off' }
	/** There is no classifier: utterances wait for Redis, and are dropped when their time is up. */
	| { readonly status: 'failed'; readonly error: unknown };

export interface FallbackSink {
	/** All that is not answered yet. */
	readonly tickets: () => Iterable<Ticket>;
	readonly onClassified: (ticket: Ticket, classification: Classification) => void;
	readonly onFailed: (ticket: Ticket, error: unknown) => void;
}

const AFTER_MS = 500;

/** Classifies in this process while Redis is away. What is on its way to Redis as well counts once, in the ledger. */
export class Fallback implements Disposable {
	readonly #options: FallbackOptions;
	readonly #sink: FallbackSink;
	#batcher: Batcher<Ticket> | undefined;
	#timer: NodeJS.Timeout | undefined;
	#isOutage = false;
	#isOn = false;

	constructor(options: FallbackOptions, sink: FallbackSink) {
		this.#options = options;
		this.#sink = sink;
	}

	/** Redis is away; nothing happens if that is known. */
	begin(): void {
		if (this.#isOutage) return;
		this.#isOutage = true;
		this.#timer = setTimeout(() => void this.#start(), this.#options.afterMs ?? AFTER_MS);
	}

	/** Redis is back: what waits here is sent there; what is being computed is brought to its end. */
	end(): void {
		clearTimeout(this.#timer);
		this.#isOutage = false;
		if (!this.#isOn) return;
		this.#isOn = false;
		for (const ticket of this.#sink.tickets()) this.#batcher?.remove(ticket);
		this.#options.onChange?.({ status: 'off' });
	}

	/** Classifies it here, if this is the time for it. */
	add(ticket: Ticket): void {
		if (this.#isOn) this.#batcher?.add(ticket);
	}

	/** Whether a batch has it: then it is as good as answered. */
	isComputing(ticket: Ticket): boolean {
		return this.#isOn && this.#batcher?.isWaiting(ticket) === false;
	}

	/** It is answered. */
	remove(ticket: Ticket): void {
		this.#batcher?.remove(ticket);
	}

	async #start(): Promise<void> {
		try {
			this.#batcher ??= new Batcher<Ticket>(await this.#options.open(), { ...this.#options, ...this.#sink });
		} catch (error) {
			this.#options.onChange?.({ status: 'failed', error });
			return;
		}
		// It may have taken as long as the outage.
		if (!this.#isOutage) return;
		this.#isOn = true;
		this.#options.onChange?.({ status: 'on' });
		for (const ticket of [...this.#sink.tickets()]) this.#batcher.add(ticket);
	}

	[Symbol.dispose](): void {
		clearTimeout(this.#timer);
		this.#isOutage = false;
		this.#isOn = false;
		this.#batcher?.[Symbol.dispose]();
	}
}
