import { randomInt } from 'node:crypto';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { type Clock, CONSENT_VERSION, type ConsentRecord, type ConsentStore } from '../domain/index.ts';
import { reading } from './failures.ts';
import type { ConsentsTable, StoreDatabase } from './schema.ts';
import type { Vault } from './vault.ts';

/** Crockford's base 32: nothing that is read aloud or copied by hand is mistaken for something else. */
const RECEIPT_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RECEIPT_GROUPS = 3;
const RECEIPT_GROUP_LENGTH = 4;

const sealedIds = z.tuple([z.string(), z.string()]);

export interface ConsentStoreParts {
	readonly db: StoreDatabase;
	readonly vault: Vault;
	readonly clock: Clock;
	/** Named in errors. */
	readonly file: string;
	/** Makes sure that nothing of a deleted row lingers outside the database. */
	readonly scrub: () => Promise<void>;
}

/** {@link ConsentStore} in a database: members stand in it under pseudonyms, their ids are sealed. */
export class DatabaseConsentStore implements ConsentStore {
	readonly #parts: ConsentStoreParts;
	/** A pool would let the later of two decisions overtake the earlier. */
	#decisions: Promise<unknown> = Promise.resolve();

	constructor(parts: ConsentStoreParts) {
		this.#parts = parts;
	}

	async get(guildId: string, userId: string): Promise<ConsentRecord | undefined> {
		const row = await this.#parts.db
			.selectFrom('consents')
			.select(['version', 'given_at', 'receipt'])
			.where('member', '=', this.#member(guildId, userId))
			.executeTakeFirst();
		return row && toRecord(guildId, userId, row);
	}

	async list(guildId: string): Promise<ConsentRecord[]> {
		const { db, vault, file } = this.#parts;
		const rows = await db
			.selectFrom('consents')
			.selectAll()
			.where('guild', '=', this.#guild(guildId))
			.orderBy('given_at')
			.execute();
		return reading(file, () =>
			rows.map((row) => {
				const ids = vault.unseal(row.sealed, row.member).toString('utf8');
				return toRecord(guildId, sealedIds.parse(JSON.parse(ids))[1], row);
			}),
		);
	}

	give(guildId: string, userId: string): Promise<ConsentRecord> {
		return this.#inOrder(() => this.#give(guildId, userId));
	}

	withdraw(guildId: string, userId: string): Promise<boolean> {
		return this.#inOrder(() => this.#withdraw(guildId, userId));
	}

	async #give(guildId: string, userId: string): Promise<ConsentRecord> {
		const { db, vault, clock } = this.#parts;
		const member = this.#member(guildId, userId);
		const fresh = {
			sealed: vault.seal(Buffer.from(JSON.stringify([guildId, userId])), member),
			version: CONSENT_VERSION,
			given_at: clock(),
			receipt: newReceipt(),
		};
		// One statement decides between new, renewed and unchanged, and says which row stands. Two clicks
		// at once agree, and a withdrawal that is called later has the last word: nothing is read again.
		const decision = await db
			.insertInto('consents')
			.values({ guild: this.#guild(guildId), member, ...fresh })
			.onConflict((conflict) =>
				conflict.column('member').doUpdateSet((row) => {
					const renewed = <Column extends keyof typeof fresh>(column: Column) =>
						row
							.case()
							.when('consents.version', '<>', CONSENT_VERSION)
							.then(row.ref(`excluded.${column}`))
							.else(row.ref(`consents.${column}`))
							.end();
					return {
						sealed: renewed('sealed'),
						version: renewed('version'),
						given_at: renewed('given_at'),
						receipt: renewed('receipt'),
					};
				}),
			)
			.returning(['version', 'given_at', 'receipt'])
			.executeTakeFirstOrThrow();
		return toRecord(guildId, userId, decision);
	}

	async #withdraw(guildId: string, userId: string): Promise<boolean> {
		const { db, scrub } = this.#parts;
		const result = await db
			.deleteFrom('consents')
			.where('member', '=', this.#member(guildId, userId))
			.executeTakeFirst();
		const withdrawn = Number(result.numDeletedRows) > 0;
		if (withdrawn) await scrub();
		return withdrawn;
	}

	#inOrder<T>(decide: () => Promise<T>): Promise<T> {
		const decision = this.#decisions.then(decide);
		this.#decisions = decision.catch(() => undefined);
		return decision;
	}

	#guild(guildId: string): Buffer {
		return this.#parts.vault.pseudonym('consent-guild', guildId);
	}

	#member(guildId: string, userId: string): Buffer {
		return this.#parts.vault.pseudonym('consent-member', guildId, userId);
	}
}

type Decision = Pick<Selectable<ConsentsTable>, 'version' | 'given_at' | 'receipt'>;

const toRecord = (guildId: string, userId: string, row: Decision): ConsentRecord => ({
	guildId,
	userId,
	version: row.version,
	givenAt: Number(row.given_at),
	receipt: row.receipt,
});

/** 60 random bits, for example `7KQ2-0MXD-R9TB`. */
function newReceipt(): string {
	const group = () =>
		Array.from({ length: RECEIPT_GROUP_LENGTH }, () => RECEIPT_ALPHABET[randomInt(RECEIPT_ALPHABET.length)]).join('');
	return Array.from({ length: RECEIPT_GROUPS }, group).join('-');
}
