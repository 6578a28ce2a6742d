import { parseKey, SesError } from '../domain/index.ts';
import { UnsealError } from './crypto.ts';
import { alone } from './database.ts';
import { loadKeyFile, transientKey } from './key.ts';
import { MasterKey } from './master-key.ts';
import { IN_MEMORY, type StorageOptions } from './options.ts';
import type { EncryptionKeysTable, StoreDatabase } from './schema.ts';
import { type StoreKeys, storeKeys, Vault } from './vault.ts';

export type KeySource = Pick<StorageOptions, 'key' | 'keyFile' | 'file' | 'databaseUrl'>;

/** Finds the key and proves that it opens the store; a new store takes it as its own. @throws SesError `SES_STORE_KEY` */
export async function unlock(db: StoreDatabase, source: KeySource, now: number): Promise<Vault> {
	return alone(db, async (transaction) => {
		const known = await knownKeys(transaction);
		const key = await readKey(source, known.length === 0);
		if (!key) throw new SesError('SES_STORE_KEY');
		const master = new MasterKey(key);
		if (known.length === 0) {
			const keys = storeKeys();
			await transaction
				.insertInto('encryption_keys')
				.values(rowOf(master, keys, now))
				.execute();
			return new Vault(keys);
		}
		const keys = openKeys(known, master);
		// Releases before key rotation kept none: from now on they stay when the encryption key goes.
		await transaction
			.updateTable('encryption_keys')
			.set({ store_keys: master.wrap(keys) })
			.where('id', '=', master.id)
			.where('store_keys', 'is', null)
			.execute();
		// Whoever opens with the newest key has it in place: the change is complete.
		if (known.at(-1)?.id === master.id) await retireOthers(transaction, master);
		return new Vault(keys);
	});
}

/** Oldest first. */
export const knownKeys = (db: StoreDatabase): Promise<EncryptionKeysTable[]> =>
	db.selectFrom('encryption_keys').selectAll().orderBy('created_at').execute();

/** @throws SesError `SES_STORE_KEY` when `master` opens none of them */
export function openKeys(known: readonly EncryptionKeysTable[], master: MasterKey): StoreKeys {
	const row = known.find(({ id }) => id === master.id);
	if (!row || !master.passesCheck(row.check_value)) throw new SesError('SES_STORE_KEY');
	if (row.store_keys === null) return master.derivedStoreKeys();
	try {
		return master.unwrap(row.store_keys);
	} catch (error) {
		if (error instanceof UnsealError) throw new SesError('SES_STORE_KEY', {}, error);
		throw error;
	}
}

export const rowOf = (master: MasterKey, keys: StoreKeys, createdAt: number): EncryptionKeysTable => ({
	id: master.id,
	check_value: master.checkValue(),
	store_keys: master.wrap(keys),
	created_at: createdAt,
});

/** From now on the store opens with `master` alone. */
export async function retireOthers(db: StoreDatabase, master: MasterKey): Promise<void> {
	await db.deleteFrom('encryption_keys').where('id', '<>', master.id).execute();
}

export async function readKey(
	{ key, keyFile, file, databaseUrl }: KeySource,
	isNew: boolean,
): Promise<Buffer | undefined> {
	if (key !== undefined) return parseKey(key);
	return databaseUrl === undefined && file === IN_MEMORY ? transientKey() : loadKeyFile(keyFile, isNew);
}
