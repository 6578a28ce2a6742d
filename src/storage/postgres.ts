import { Kysely, sql } from 'kysely';
import { Pool } from 'pg';
import { SesError } from '../domain/index.ts';
import type { OpenDatabase } from './database.ts';
import { TranslatedPostgresDialect } from './postgres-dialect.ts';
import { asDatabaseError } from './postgres-failures.ts';
import type { StoreSchema } from './schema.ts';

/** The oldest release that the tests' statements are known to run on; older ones get no security fixes either. */
const OLDEST_SERVER = 13;
const CONNECT_TIMEOUT_MS = 10_000;
/** The mood writer, erasures and purges take turns; the rest are short questions of commands. */
const MOST_CONNECTIONS = 10;

/**
 * Opens a PostgreSQL database: a pool that outlives restarts of the server.
 *
 * @throws SesError `SES_DATABASE_UNREACHABLE`, `SES_DATABASE_REFUSED`, `SES_DATABASE_UNSUITABLE`
 */
export async function openPostgres(url: string): Promise<OpenDatabase> {
	const name = withoutSecrets(url);
	const pool = createPool(url, name);
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
			// A row that was deleted stays in its page until this: keys and consents are few and their tables are
			// written anew, entries without their keys are noise and their pages are freed for what comes.
			await sql`vacuum (full) mood_subjects, consents`.execute(db);
			await sql`vacuum mood_entries`.execute(db);
		},
	};
}

function createPool(url: string, name: string): Pool {
	try {
		const pool = new Pool({
			connectionString: url,
			max: MOST_CONNECTIONS,
			connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
			keepAlive: true,
			application_name: 'speech-emotion-sense',
		});
		// A server that restarts ends idle connections, and those in use a second time after their statement
		// has failed. Neither is an event to die of: the pool opens another when one is needed.
		pool.on('error', () => {});
		pool.on('connect', (client) => client.on('error', () => {}));
		return pool;
	} catch (error) {
		throw asDatabaseError(name, error);
	}
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
