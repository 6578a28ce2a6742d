import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Rows from before have no community yet: only who holds the key can fill it in (src/storage/communities.ts). */
export const moodsByCommunity: Migration = {
	async up(db: Kysely<unknown>) {
		await db.schema.alterTable('mood_subjects').addColumn('guild', sql`bytea`).execute();
		await db.schema.createIndex('mood_subjects_by_guild').on('mood_subjects').column('guild').execute();
		await db.schema.alterTable('mood_entries').addColumn('contested', sql`bytea`).execute();
	},
};
