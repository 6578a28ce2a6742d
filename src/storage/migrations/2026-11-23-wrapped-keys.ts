import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Rows from before have none yet: the store keys were derived from the encryption key (src/storage/unlock.ts). */
export const wrappedKeys: Migration = {
	async up(db: Kysely<unknown>) {
		await db.schema.alterTable('encryption_keys').addColumn('store_keys', sql`bytea`).execute();
	},
};
