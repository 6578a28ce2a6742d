import { Migrator } from 'kysely/migration';
import { asStoreError } from './failures.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { StoreDatabase } from './schema.ts';

/** Brings a database up to date. @throws SesError `SES_STORE_UNUSABLE`, also for one of a newer release */
export async function migrate(db: StoreDatabase, file: string): Promise<void> {
	const provider = { getMigrations: async () => ({ ...MIGRATIONS }) };
	const { error } = await new Migrator({ db, provider }).migrateToLatest();
	if (error) throw asStoreError(file, error);
}
