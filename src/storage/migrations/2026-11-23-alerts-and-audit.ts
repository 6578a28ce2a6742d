import { type Kysely, SqliteAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const alertsAndAudit: Migration = {
	async up(db: Kysely<unknown>) {
		await db.schema
			.createTable('alerts')
			.addColumn('alert', sql`bytea`, (column) => column.primaryKey())
			.addColumn('guild', sql`bytea`, (column) => column.notNull())
			.addColumn('at', 'bigint', (column) => column.notNull())
			.addColumn('sealed', sql`bytea`, (column) => column.notNull())
			.execute();
		await db.schema.createIndex('alerts_by_guild').on('alerts').columns(['guild', 'at']).execute();

		const audit = db.schema.createTable('audit');
		// What was added later in the same millisecond has the higher number.
		const numbered =
			db.getExecutor().adapter instanceof SqliteAdapter
				? audit.addColumn('number', 'integer', (column) => column.primaryKey().autoIncrement())
				: audit.addColumn('number', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity());
		await numbered
			.addColumn('guild', sql`bytea`, (column) => column.notNull())
			.addColumn('at', 'bigint', (column) => column.notNull())
			.addColumn('sealed', sql`bytea`, (column) => column.notNull())
			.execute();
		await db.schema.createIndex('audit_by_guild').on('audit').columns(['guild', 'at', 'number']).execute();
	},
};
