import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	CompiledQuery,
	type DatabaseConnection,
	type QueryResult,
	SqliteAdapter,
	type SqliteDatabase,
	SqliteDialect,
	SqliteDriver,
} from 'kysely';
import { asStoreError, isLocked } from './failures.ts';

const RETRY_AFTER_MS = 20;

export interface NodeSqliteOptions {
	readonly database: DatabaseSync;
	/** Named in errors. */
	readonly file: string;
	/** How long a statement is tried again while another process holds the lock. */
	readonly busyTimeoutMs: number;
}

/**
 * Kysely on Node's own SQLite.
 *
 * That library is synchronous, so its busy timeout would stop the event loop, and with it the voice
 * that comes in: here a locked database is waited for without blocking. Every failure leaves as
 * SesError `SES_STORE_UNUSABLE`.
 */
export class NodeSqliteDialect extends SqliteDialect {
	readonly #options: NodeSqliteOptions;

	constructor(options: NodeSqliteOptions) {
		super({ database: forKysely(options.database) });
		this.#options = options;
	}

	override createDriver(): SqliteDriver {
		return new PatientDriver(this.#options);
	}

	override createAdapter(): SqliteAdapter {
		return new TransactionalDdlAdapter();
	}
}

/** Kysely's dialect is made for better-sqlite3: this gives node:sqlite the same face. */
function forKysely(database: DatabaseSync): SqliteDatabase {
	return {
		prepare(sql) {
			const statement = database.prepare(sql);
			return {
				reader: yieldsRows(statement, sql),
				all: (values) => statement.all(...(values as SQLInputValue[])),
				run: (values) => statement.run(...(values as SQLInputValue[])),
				iterate: (values) => statement.iterate(...(values as SQLInputValue[])),
			};
		},
		close: () => database.close(),
	};
}

const READS = /^\s*(?:select|with|values|pragma|explain)\b|\breturning\b/i;

/** A statement that yields columns is one to read from, `RETURNING` included. Node says so since 22.16. */
const yieldsRows = (statement: Partial<Pick<StatementSync, 'columns'>>, sql: string): boolean =>
	statement.columns ? statement.columns().length > 0 : READS.test(sql);

/** A migration that is cut short leaves nothing behind: SQLite's DDL is transactional. */
class TransactionalDdlAdapter extends SqliteAdapter {
	override get supportsTransactionalDdl(): boolean {
		return true;
	}
}

class PatientDriver extends SqliteDriver {
	readonly #options: NodeSqliteOptions;
	#connection: PatientConnection | undefined;

	constructor(options: NodeSqliteOptions) {
		super({ database: forKysely(options.database) });
		this.#options = options;
	}

	override async acquireConnection(): Promise<DatabaseConnection> {
		this.#connection ??= new PatientConnection(await super.acquireConnection(), this.#options);
		return this.#connection;
	}

	/**
	 * Takes the write lock at once. A transaction that begins with a read and writes later fails
	 * outright, without any waiting, when another process has written in between.
	 */
	override async beginTransaction(connection: DatabaseConnection): Promise<void> {
		await connection.executeQuery(CompiledQuery.raw('begin immediate'));
	}
}

class PatientConnection implements DatabaseConnection {
	readonly #inner: DatabaseConnection;
	readonly #options: NodeSqliteOptions;

	constructor(inner: DatabaseConnection, options: NodeSqliteOptions) {
		this.#inner = inner;
		this.#options = options;
	}

	async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
		const deadline = Date.now() + this.#options.busyTimeoutMs;
		for (;;) {
			try {
				return await this.#inner.executeQuery<Row>(query);
			} catch (error) {
				if (!isLocked(error) || Date.now() >= deadline) throw asStoreError(this.#options.file, error);
				await sleep(RETRY_AFTER_MS);
			}
		}
	}

	streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
		return this.#inner.streamQuery<Row>(query, chunkSize);
	}
}
