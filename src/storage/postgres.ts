import type { Duplex } from 'node:stream';
import { Kysely, sql } from 'kysely';
import { Pool, type PoolClient } from 'pg';
import { reasonOf, SesError } from '../domain/index.ts';
import type { OpenDatabase } from './database.ts';
import { TranslatedPostgresDialect } from './postgres-dialect.ts';
import { asDatabaseError } from './postgres-failures.ts';
import type { StoreSchema } from './schema.ts';

/** The oldest release that the tests' statements are known to run on; older ones get no security fixes either. */
const OLDEST_SERVER = 13;
/** Writing tables anew takes as long as they are large, and nobody waits for the answer of an erasure by the second. */
const SCRUB_TIMEOUT_MS = 3_600_000;
/** The server cancels a statement by itself; whoever has not answered by then is not there any more. */
const ANSWER_GRACE_MS = 5_000;
/** The mood writer, erasures and purges take turns; the rest are short questions of commands. */
const MOST_CONNECTIONS = 10;

export interface PostgresTimeouts {
	/** For a new connection, and for a free one of the pool. */
	readonly connectTimeoutMs: number;
	/** For one statement; 0: none. */
	readonly statementTimeoutMs: number;
}

/**
 * Opens a PostgreSQL database: a pool that outlives restarts of the server, and in which nothing waits for ever.
 *
 * @throws SesError `SES_DATABASE_UNREACHABLE`, `SES_DATABASE_REFUSED`, `SES_DATABASE_UNSUITABLE`, `SES_DATABASE_TIMEOUT`
 */
export async function openPostgres(url: string, timeouts: PostgresTimeouts): Promise<OpenDatabase> {
	const name = withoutSecrets(url);
	const pool = createPool(url, name, timeouts);
	const db = new Kysely<StoreSchema>({ dialect: new TranslatedPostgresDialect({ pool }, name) });
	try {
		const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(
			db,
		);
		requireServer(Number(rows[0]?.version), name);
	} catch (error) {
		await db.destroy();
		throw error;
	}
	return {
		db,
		name,
		async scrub() {
			const statementTimeoutMs = timeouts.statementTimeoutMs && SCRUB_TIMEOUT_MS;
			const patientPool = createPool(url, name, { ...timeouts, statementTimeoutMs });
			const dialect = new TranslatedPostgresDialect({ pool: patientPool }, name);
			await using patient = new Kysely<StoreSchema>({ dialect });
			// A row that was deleted stays in its page until this: keys and consents are few and their tables are
			// written anew, entries without their keys are noise and their pages are freed for what comes.
			await sql`vacuum (full) mood_subjects, consents`.execute(patient);
			await sql`vacuum mood_entries`.execute(patient);
		},
	};
}

function createPool(url: string, name: string, { connectTimeoutMs, statementTimeoutMs }: PostgresTimeouts): Pool {
	try {
		const pool = new Pool({
			connectionString: url,
			max: MOST_CONNECTIONS,
			connectionTimeoutMillis: connectTimeoutMs,
			...(statementTimeoutMs > 0 && {
				statement_timeout: statementTimeoutMs,
				query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
			}),
			keepAlive: true,
			application_name: 'speech-emotion-sense',
		});
		// A server that restarts ends idle connections, and those in use a second time after their statement
		// has failed. Neither is an event to die of: the pool opens another when one is needed.
		pool.on('error', () => {});
		pool.on('connect', (client) => {
			client.on('error', () => {});
			endWhenSilent(client);
		});
		return pool;
	} catch (error) {
		throw asDatabaseError(name, error);
	}
}

/** What `pg` says when a server has not answered within `query_timeout`. */
const SILENCE = 'Query read timeout';

/**
 * Lets go of a connection on which an answer did not come in time. `pg` gives up the query alone, and whatever came
 * next on that connection would wait behind it.
 */
function endWhenSilent(client: PoolClient): void {
	const query = client.query.bind(client) as (...args: unknown[]) => unknown;
	// The socket is no part of the types; to end the client would be to wait for it.
	const { connection } = client as unknown as { readonly connection: { readonly stream: Duplex } };
	client.query = ((...args: unknown[]) => {
		const result = query(...args);
		if (!(result instanceof Promise)) return result;
		return result.catch((error: unknown) => {
			if (reasonOf(error) === SILENCE) connection.stream.destroy();
			throw error;
		});
	}) as typeof client.query;
}

/** @param version as of `server_version_num`: 150018 is 15.18 */
export function requireServer(version: number, name: string): void {
	if (version >= OLDEST_SERVER * 10_000) return;
	const reason = `it runs PostgreSQL ${Math.floor(version / 10_000)}, and ${OLDEST_SERVER} is needed`;
	throw new SesError('SES_DATABASE_UNSUITABLE', { url: name, reason });
}

/** `postgres://user@host:5432/ses`: fit for errors and logs. */
function withoutSecrets(url: string): string {
	// A path of a socket is no host that a URL could have.
	const [start = ''] = url.split('?');
	return start.replace(/^(\w+:\/\/[^:@/]*):[^@]*@/, '$1@');
}
