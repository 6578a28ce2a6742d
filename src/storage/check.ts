import { SqliteAdapter, sql } from 'kysely';
import { SesError } from '../domain/index.ts';
import type { OpenDatabase } from './database.ts';
import { reading } from './failures.ts';
import { ERASED } from './mood-deletion.ts';
import { openMood, selectMoods } from './mood-rows.ts';
import { toSubject } from './mood-subjects.ts';
import { knownKeys } from './unlock.ts';
import type { Vault } from './vault.ts';

/** What an operator may know of a store. */
export interface StoreCheck {
	/** A file, or a server without its password. */
	readonly name: string;
	/** How many keys open it: one, or two while the key is being changed. */
	readonly keys: number;
	readonly entries: number;
	readonly members: number;
}

/** Reads and unseals all moods. @throws SesError `SES_STORE_UNUSABLE` when anything is damaged */
export async function checkStore({ db, name }: OpenDatabase, vault: Vault): Promise<StoreCheck> {
	if (db.getExecutor().adapter instanceof SqliteAdapter) {
		const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db);
		const finding = rows[0]?.integrity_check;
		if (finding !== 'ok') throw new SesError('SES_STORE_UNUSABLE', { file: name, reason: `it is damaged: ${finding}` });
	}
	const members = await db.selectFrom('mood_subjects').selectAll().where('guild', '<>', ERASED).execute();
	let entries = 0;
	for (const member of members) {
		const subject = reading(name, () => toSubject(vault, member));
		const rows = await selectMoods(db, subject).execute();
		for (const row of rows) reading(name, () => openMood(subject, row, {}));
		entries += rows.length;
	}
	return { name, keys: (await knownKeys(db)).length, entries, members: members.length };
}
