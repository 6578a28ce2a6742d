import { type ConsentRecord, type ConsentStore, isCurrent, type MoodStore } from '../domain/index.ts';
import { InTurn } from './in-turn.ts';

export interface ConsentChange {
	readonly action: 'given' | 'withdrawn';
	readonly guildId: string;
	readonly userId: string;
}

const keyOf = (guildId: string, userId: string): string => `${guildId}/${userId}`;

/**
 * Who may be heard, known at once and without asking a database: every packet's fate hangs on it.
 *
 * Consent counts from the moment that it is stored; a withdrawal counts before anything else happens,
 * and goes on counting when storing it fails. What is written happens in the order in which it was
 * asked for, so that the last word is the one that stands.
 */
export class ConsentGate {
	readonly #consents: ConsentStore;
	readonly #moods: MoodStore;
	readonly #agreed = new Map<string, Set<string>>();
	/** Withdrawals that are not stored yet, by member: they mask whatever the store still says. */
	readonly #withdrawing = new Map<string, number>();
	/** Members whose last word was a withdrawal that could not be stored: it masks the store until their next word. */
	readonly #unstored = new Set<string>();
	/** Abort what is under way for a member: audio, inference, results. Held by whoever works with them alone. */
	readonly #work = new Map<string, WeakRef<AbortSignal>>();
	/** By their signals, so that they live for as long as these. */
	readonly #controllers = new WeakMap<AbortSignal, AbortController>();
	readonly #finished = new FinalizationRegistry<string>((key) => {
		if (!this.#work.get(key)?.deref()) this.#work.delete(key);
	});
	readonly #turns = new InTurn();
	readonly #listeners = new Set<(change: ConsentChange) => void>();

	constructor(consents: ConsentStore, moods: MoodStore) {
		this.#consents = consents;
		this.#moods = moods;
	}

	/** Reads a community's consents; until then nobody there may be heard. */
	load(guildId: string): Promise<void> {
		return this.#turns.run(guildId, async () => {
			const records = await this.#consents.list(guildId);
			this.#agreed.set(guildId, new Set(records.filter(isCurrent).map((record) => record.userId)));
		});
	}

	mayHear(guildId: string, userId: string): boolean {
		if (!this.#agreed.get(guildId)?.has(userId)) return false;
		// Asked for every packet, and hardly ever is there anything that masks the store.
		if (this.#withdrawing.size + this.#unstored.size === 0) return true;
		const key = keyOf(guildId, userId);
		return !this.#withdrawing.has(key) && !this.#unstored.has(key);
	}

	/** Aborts when the member withdraws or erases: whatever was made of their voice until then is let go. */
	signalFor(guildId: string, userId: string): AbortSignal {
		const key = keyOf(guildId, userId);
		const present = this.#work.get(key)?.deref();
		if (present) return present;
		const controller = new AbortController();
		this.#controllers.set(controller.signal, controller);
		this.#work.set(key, new WeakRef(controller.signal));
		this.#finished.register(controller.signal, key);
		return controller.signal;
	}

	/** Of how many members anything is under way. */
	get working(): number {
		return this.#work.size;
	}

	/** Told of every change, synchronously. */
	onChange(listener: (change: ConsentChange) => void): void {
		this.#listeners.add(listener);
	}

	give(guildId: string, userId: string): Promise<ConsentRecord> {
		return this.#turns.run(guildId, async () => {
			const record = await this.#consents.give(guildId, userId);
			const agreed = this.#agreed.get(guildId) ?? new Set();
			this.#agreed.set(guildId, agreed.add(userId));
			this.#unstored.delete(keyOf(guildId, userId));
			// A withdrawal may have come since; its turn is next.
			if (this.mayHear(guildId, userId)) this.#tell({ action: 'given', guildId, userId });
			return record;
		});
	}

	async receipt(guildId: string, userId: string): Promise<ConsentRecord | undefined> {
		const record = await this.#consents.get(guildId, userId);
		return isCurrent(record) ? record : undefined;
	}

	/**
	 * Stops at once, then deletes.
	 *
	 * @returns how many entries are gone, or `undefined` without consent. Rejects when deleting failed;
	 * the member is not heard all the same
	 */
	async withdraw(guildId: string, userId: string): Promise<number | undefined> {
		const key = keyOf(guildId, userId);
		const heard = this.mayHear(guildId, userId);
		this.#withdrawing.set(key, (this.#withdrawing.get(key) ?? 0) + 1);
		this.#abort(key);
		if (heard) this.#tell({ action: 'withdrawn', guildId, userId });
		return this.#turns.run(guildId, async () => {
			const [stored, erased] = await Promise.allSettled([
				this.#consents.withdraw(guildId, userId),
				this.#moods.erase(guildId, userId),
			]);
			if (stored.status === 'rejected') this.#unstored.add(key);
			else {
				this.#agreed.get(guildId)?.delete(userId);
				this.#unstored.delete(key);
			}
			const others = (this.#withdrawing.get(key) ?? 1) - 1;
			if (others > 0) this.#withdrawing.set(key, others);
			else this.#withdrawing.delete(key);
			if (stored.status === 'rejected') throw stored.reason;
			if (erased.status === 'rejected') throw erased.reason;
			return heard || stored.value ? erased.value : undefined;
		});
	}

	/** Deletes what is kept, and what is under way; consent stands. @returns how many entries are gone */
	erase(guildId: string, userId: string): Promise<number> {
		this.#abort(keyOf(guildId, userId));
		return this.#turns.run(guildId, () => this.#moods.erase(guildId, userId));
	}

	#abort(key: string): void {
		const signal = this.#work.get(key)?.deref();
		this.#work.delete(key);
		if (signal) this.#controllers.get(signal)?.abort();
	}

	#tell(change: ConsentChange): void {
		for (const listener of this.#listeners) listener(change);
	}
}
