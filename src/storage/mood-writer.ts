import { type MoodEntry, SesError } from '../domain/index.ts';

/** A batch goes to the disk when it is this large … */
const BATCH_ENTRIES = 100;
/** … or this old, so that a kill loses a quarter of a second and not more. */
const FLUSH_AFTER_MS = 250;
/** A backlog goes in larger transactions, but none that stops the event loop, and the voice in it, for long. */
const MOST_A_BATCH = 1_000;
/** After a failure: often enough to catch up soon, seldom enough to leave a full disk alone. */
const RETRY_AFTER_MS = 1_000;
/** About 10 MB. Past this an entry is refused, and the caller told, rather than memory used up. */
const MOST_PENDING = 20_000;

export interface MoodWriterParts {
	/** Writes all of a batch or, when it rejects, none. */
	readonly write: (batch: readonly MoodEntry[]) => Promise<void>;
	/** Told of each failure in the background; what could not be written is kept and tried again. */
	readonly onFailure: (error: unknown) => void;
	/** Named in the error of a full queue. */
	readonly file: string;
}

interface Pending {
	readonly entry: MoodEntry;
	/** Counts from 1 in the order of arrival. */
	readonly number: number;
}

/**
 * Collects entries and writes them in batches. All that touches the same data runs through
 * {@link exclusively}, one after the other, so that a batch never overtakes an erasure.
 */
export class MoodWriter {
	readonly #parts: MoodWriterParts;
	#pending: Pending[] = [];
	#inFlight: Pending[] = [];
	#added = 0;
	#tail: Promise<unknown> = Promise.resolve();
	#timer: NodeJS.Timeout | undefined;
	#lastFailed = false;
	#inBackground = false;
	#closed = false;

	constructor(parts: MoodWriterParts) {
		this.#parts = parts;
	}

	/** Entries that a kill would lose now. */
	get depth(): number {
		return this.#pending.length + this.#inFlight.length;
	}

	/** @throws SesError `SES_STORE_UNUSABLE` when closed, or when writing has failed for long */
	add(entry: MoodEntry): void {
		if (this.#closed) throw this.#unusable('it is closed');
		if (this.depth >= MOST_PENDING) throw this.#unusable(`${this.depth} entries wait to be written`);
		this.#added += 1;
		this.#pending.push({ entry, number: this.#added });
		this.#schedule();
	}

	/** Forgets what waits, also what is being written should that fail. @returns how much waited */
	discard(matches: (entry: MoodEntry) => boolean): number {
		const before = this.#pending.length;
		this.#pending = this.#pending.filter(({ entry }) => !matches(entry));
		this.#inFlight = this.#inFlight.filter(({ entry }) => !matches(entry));
		return before - this.#pending.length;
	}

	/** Resolves when all that was added so far is on the disk; rejects as `write` does. */
	flush(): Promise<void> {
		// What comes later stays for a later flush: an erasure may have been called in between, and
		// what a member says after it is new.
		const last = this.#added;
		return this.exclusively(async () => {
			while (this.#pending[0] && this.#pending[0].number <= last) await this.#writeBatch(last);
		});
	}

	/** Runs `action` when all that was begun before it is over. */
	exclusively<T>(action: () => Promise<T>): Promise<T> {
		const result = this.#tail.then(action);
		this.#tail = result.catch(() => undefined);
		return result;
	}

	/** Takes nothing more and flushes. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.flush().finally(() => clearTimeout(this.#timer));
	}

	async #writeBatch(last: number): Promise<void> {
		this.#inFlight = this.#pending.slice(0, MOST_A_BATCH).filter(({ number }) => number <= last);
		this.#pending = this.#pending.slice(this.#inFlight.length);
		try {
			await this.#parts.write(this.#inFlight.map(({ entry }) => entry));
			this.#lastFailed = false;
		} catch (error) {
			this.#lastFailed = true;
			this.#pending = [...this.#inFlight, ...this.#pending];
			if (!this.#closed) this.#schedule();
			throw error;
		} finally {
			this.#inFlight = [];
		}
	}

	#schedule(): void {
		// One at a time: entries that come while it waits for its turn go together in the next.
		if (this.#inBackground || this.#pending.length === 0) return;
		if (this.#lastFailed) this.#arm(RETRY_AFTER_MS);
		else if (this.#pending.length >= BATCH_ENTRIES) this.#flushInBackground();
		else this.#arm(FLUSH_AFTER_MS);
	}

	#arm(delayMs: number): void {
		this.#timer ??= setTimeout(() => this.#flushInBackground(), delayMs);
	}

	#flushInBackground(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#inBackground = true;
		this.flush()
			.catch(this.#parts.onFailure)
			.finally(() => {
				this.#inBackground = false;
				if (!this.#closed) this.#schedule();
			});
	}

	#unusable(reason: string): SesError {
		return new SesError('SES_STORE_UNUSABLE', { file: this.#parts.file, reason });
	}
}
