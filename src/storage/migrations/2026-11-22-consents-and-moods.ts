import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * SQLite keeps binary values as they are in a column of any type name, so that PostgreSQL's
 * `bytea` serves both.
 */
const binary = sql`bytea`;

export const consentsAndMoods: Migration = {
	async up(db: Kysely<unknown>) {
		await db.schema
			.createTable('encryption_keys')
			.addColumn('id', 'text', (column) => column.primaryKey())
			.addColumn('check_value', binary, (column) => column.notNull())
			.addColumn('created_at', 'bigint', (column) => column.notNull())
			.execute();

		await db.schema
			.createTable('consents')
			.addColumn('guild', binary, (column) => column.notNull())
			.addColumn('member', binary, (column) => column.primaryKey())
			.addColumn('sealed', binary, (column) => column.notNull())
			.addColumn('version', 'integer', (column) => column.notNull())
			.addColumn('given_at', 'bigint', (column) => column.notNull())
			.addColumn('receipt', 'text', (column) => column.notNull().unique())
			.execute();
		await db.schema.createIndex('consents_by_guild').on('consents').column('guild').execute();

		await db.schema
			.createTable('mood_subjects')
			.addColumn('id', 'bigint', (column) => column.primaryKey())
			.addColumn('member', binary, (column) => column.notNull().unique())
			.addColumn('sealed', binary, (column) => column.notNull())
			.execute();

		await db.schema
			.createTable('mood_entries')
			.addColumn('subject_id', 'bigint', (column) =>
				column.notNull().references('mood_subjects.id').onDelete('cascade'),
			)
			.addColumn('at', 'bigint', (column) => column.notNull())
			.addColumn('utterance', binary, (column) => column.notNull())
			.addColumn('sealed', binary, (column) => column.notNull())
			.addPrimaryKeyConstraint('mood_entries_by_subject', ['subject_id', 'at', 'utterance'])
			.execute();
		await db.schema.createIndex('mood_entries_by_time').on('mood_entries').column('at').execute();
	},
};
