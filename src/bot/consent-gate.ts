import { type ConsentRecord, type ConsentStore, isCurrent, type MoodStore } from '../domain/index.ts';

export type ConsentChange = {
	readonly action: 'given' | 'withdrawn';
	readonly guildId: string;
	readonly userId: string;
};

/**
 * Who may be heard, known at once and without asking a database: every packet's fate hangs on it.
 * Consent counts from the moment that it is stored; a withdrawal counts before anything else happens.
 */
export class ConsentGate {
	readonly #consents: ConsentStore;
	readonly #moods: MoodStore;
	readonly #heard = new Map<string, Set<string>>();
	readonly #listeners = new Set<(change: ConsentChange) => void>();

	constructor(consents: ConsentStore, moods: MoodStore) {
		this.#consents = consents;
		this.#moods = moods;
	}

	/** Reads a community's consents; until then nobody there may be heard. */
	async load(guildId: string): Promise<void> {
		const records = await this.#consents.list(guildId);
		this.#heard.set(guildId, new Set(records.filter(isCurrent).map((record) => record.userId)));
	}

	mayHear(guildId: string, userId: string): boolean {
		return this.#heard.get(guildId)?.has(userId) ?? false;
	}

	/** Told of every change, synchronously. */
	onChange(listener: (change: ConsentChange) => void): void {
		this.#listeners.add(listener);
	}

	async give(guildId: string, userId: string): Promise<ConsentRecord> {
		const record = await this.#consents.give(guildId, userId);
		const heard = this.#heard.get(guildId) ?? new Set();
		this.#heard.set(guildId, heard.add(userId));
		this.#tell({ action: 'given', guildId, userId });
		return record;
	}

	async receipt(guildId: string, userId: string): Promise<ConsentRecord | undefined> {
		const record = await this.#consents.get(guildId, userId);
		return isCurrent(record) ? record : undefined;
	}

	/** Stops at once, then deletes. @returns how many entries are gone, or `undefined` without consent */
	async withdraw(guildId: string, userId: string): Promise<number | undefined> {
		const heard = this.#heard.get(guildId)?.delete(userId) ?? false;
		if (heard) this.#tell({ action: 'withdrawn', guildId, userId });
		const stored = await this.#consents.withdraw(guildId, userId);
		const erased = await this.#moods.erase(guildId, userId);
		return heard || stored ? erased : undefined;
	}

	#tell(change: ConsentChange): void {
		for (const listener of this.#listeners) listener(change);
	}
}
