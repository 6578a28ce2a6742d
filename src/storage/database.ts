import { PostgresAdapter, sql } from 'kysely';
import type { StorageOptions } from './options.ts';
import type { StoreDatabase } from './schema.ts';

/** An open database behind Kysely, with what dialects do each in their own way. */
export interface OpenDatabase {
	readonly db: StoreDatabase;
	/** Named in errors: a file, or a server without its password. */
	readonly name: string;
	/** Makes sure that nothing deleted lingers where a deletion leaves it, as in a log. */
	scrub(): Promise<void>;
}

/** Opens the server that is configured, or else the file. @throws SesError `SES_STORE_UNUSABLE`, `SES_DATABASE_…` */
export async function openDatabase({
	databaseUrl,
	file,
	...timeouts
}: Pick<StorageOptions, 'databaseUrl' | 'file' | 'connectTimeoutMs' | 'statementTimeoutMs'>): Promise<OpenDatabase> {
	// Neither is loaded where nobody uses it: Node 22 warns of its SQLite.
	if (databaseUrl === undefined) {
		const { openSqlite } = await import('./sqlite.ts');
		return openSqlite(file);
	}
	const { openPostgres } = await import('./postgres.ts');
	return openPostgres(databaseUrl, timeouts);
}

/** Any number that nobody else takes for a lock; Kysely has one of its own for migrations. */
const KEYS_LOCK = 0x5e5_0_0001;

/** Runs `action` in a transaction of which there is one at a time, also among processes. */
export function alone<T>(db: StoreDatabase, action: (transaction: StoreDatabase) => Promise<T>): Promise<T> {
	return db.transaction().execute(async (transaction) => {
		// SQLite's transactions take the write lock when they begin.
		if (db.getExecutor().adapter instanceof PostgresAdapter) {
			await sql`select pg_advisory_xact_lock(${sql.lit(KEYS_LOCK)})`.execute(transaction);
		}
		return action(transaction);
	});
}
