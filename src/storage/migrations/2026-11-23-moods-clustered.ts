import { type Kysely, SqliteAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Entries of one member lie side by side, so that a month of theirs is read, and all of it erased, in few
 * pages. The index by time is gone: a purge goes from member to member, and each has theirs in order.
 */
export const clusteredMoods: Migration = {
	async up(db: Kysely<never>) {
		await db.schema.dropIndex('mood_entries_by_time').execute();
		// PostgreSQL's tables are heaps.
		if (!(db.getExecutor().adapter instanceof SqliteAdapter)) return;
		await db.schema
			.createTable('mood_entries_clustered')
			.addColumn('subject_id', 'bigint', (column) =>
				column.notNull().references('mood_subjects.id').onDelete('cascade'),
			)
			.addColumn('at', 'bigint', (column) => column.notNull())
			.addColumn('utterance', sql`bytea`, (column) => column.notNull())
			.addColumn('sealed', sql`bytea`, (column) => column.notNull())
			.addColumn('contested', sql`bytea`)
			.addPrimaryKeyConstraint('mood_entries_by_subject', ['subject_id', 'at', 'utterance'])
			.modifyEnd(sql`without rowid`)
			.execute();
		await sql`
			insert into mood_entries_clustered (subject_id, at, utterance, sealed, contested)
			select subject_id, at, utterance, sealed, contested from mood_entries order by subject_id, at, utterance
		`.execute(db);
		await db.schema.dropTable('mood_entries').execute();
		await db.schema.alterTable('mood_entries_clustered').renameTo('mood_entries').execute();
	},
};
