import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import type { OpenDatabase } from './database.ts';
import { asStoreError } from './failures.ts';
import { IN_MEMORY } from './options.ts';
import type { StoreSchema } from './schema.ts';
import { NodeSqliteDialect } from './sqlite-dialect.ts';

const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens (or makes) a SQLite database: write-ahead log, foreign keys, deleted content overwritten
 * with zeros, each commit on the disk before it counts, so that a power cut costs no more than a
 * kill.
 *
 * @throws SesError `SES_STORE_UNUSABLE`
 */
export async function openSqlite(file: string): Promise<OpenDatabase> {
	let database: DatabaseSync;
	try {
		if (file !== IN_MEMORY) createPrivately(file);
		database = new DatabaseSync(file, { enableForeignKeyConstraints: true });
	} catch (error) {
		throw asStoreError(file, error);
	}
	const dialect = new NodeSqliteDialect({ database, file, busyTimeoutMs: BUSY_TIMEOUT_MS });
	const db = new Kysely<StoreSchema>({ dialect });
	try {
		await sql`pragma journal_mode = wal`.execute(db);
		await sql`pragma synchronous = full`.execute(db);
		await sql`pragma secure_delete = on`.execute(db);
		await sql`pragma temp_store = memory`.execute(db);
	} catch (error) {
		database.close();
		throw error;
	}
	return {
		db,
		name: file,
		async scrub() {
			// In write-ahead mode the pages before a deletion stay in the log until it is emptied.
			await sql`pragma wal_checkpoint(truncate)`.execute(db);
		},
	};
}

/** SQLite gives its log and index files the mode of the database: only the owner may read them. */
function createPrivately(file: string): void {
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	closeSync(openSync(file, 'a', 0o600));
}
