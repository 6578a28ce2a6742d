import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const guildSettings: Migration = {
	async up(db: Kysely<unknown>) {
		await db.schema
			.createTable('guild_settings')
			.addColumn('guild', sql`bytea`, (column) => column.primaryKey())
			.addColumn('sealed', sql`bytea`, (column) => column.notNull())
			.execute();
	},
};
