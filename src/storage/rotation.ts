import { copyFile, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseKey, reasonOf, SesError } from '../domain/index.ts';
import { alone, openDatabase } from './database.ts';
import { loadKeyFile } from './key.ts';
import { MasterKey } from './master-key.ts';
import { migrate } from './migrate.ts';
import { type StorageInput, storageOptions } from './options.ts';
import type { StoreDatabase } from './schema.ts';
import { knownKeys, openKeys, readKey, retireOthers, rowOf } from './unlock.ts';

export interface Rotation {
	/**
	 * `done`: the new key is in place and the old one opens nothing. `both`: both open the store until it is
	 * opened with the new one, which whoever keeps the key has to hand to it.
	 */
	readonly status: 'done' | 'both';
	/** Where the old key lies now; back-ups from before need it. */
	readonly oldKeyFile?: string;
}

/**
 * Changes the encryption key of a store, which may be in use: who has it open goes on. The store's own
 * keys are sealed anew; what they have sealed stays as it is.
 *
 * At any moment the key that is in place opens the store, so that it can be killed at any moment, too, and
 * run again.
 *
 * @param newKey 32 bytes as hex or base64; made, and put in place of the key file, when it is not given
 * @throws SesError `SES_STORE_KEY`, `SES_STORE_KEY_INVALID`, `SES_STORE_UNUSABLE`, `SES_USAGE`
 */
export async function rotateKey(options: StorageInput = {}, newKey?: string): Promise<Rotation> {
	const where = storageOptions.parse(options);
	if (where.key !== undefined && newKey === undefined) {
		throw new SesError('SES_USAGE', {
			reason: 'The key is not kept in a file, so the new one has to be given in SES_STORAGE_NEW_KEY.',
		});
	}
	const { db, name, scrub } = await openDatabase(where);
	try {
		await migrate(db, name);
		const current = await readKey(where, false);
		if (!current) throw new SesError('SES_STORE_KEY');
		if (newKey !== undefined) {
			const key = parseKey(newKey);
			if (!key) throw new SesError('SES_STORE_KEY_INVALID', { source: 'SES_STORAGE_NEW_KEY' });
			await addKey(db, new MasterKey(current), new MasterKey(key));
			return { status: 'both' };
		}
		const rotation = await rotateFile(db, where.keyFile, current);
		// What the old key opens must not linger in the log either.
		await scrub();
		return rotation;
	} finally {
		await db.destroy();
	}
}

/** Lets a second key open the store. */
async function addKey(db: StoreDatabase, current: MasterKey, added: MasterKey): Promise<void> {
	await alone(db, async (transaction) => {
		const known = await knownKeys(transaction);
		const keys = openKeys(known, current);
		// The newest is known by its time: later than all others, whatever the clock says.
		const createdAt = Math.max(Date.now(), ...known.map((row) => Number(row.created_at) + 1));
		await transaction
			.insertInto('encryption_keys')
			.values(rowOf(added, keys, createdAt))
			.onConflict((conflict) => conflict.column('id').doNothing())
			.execute();
	});
}

async function rotateFile(db: StoreDatabase, keyFile: string, current: Buffer): Promise<Rotation> {
	const nextFile = `${keyFile}.new`;
	// One that a killed rotation has left behind is taken up again: the store may know it already.
	const next = await loadKeyFile(nextFile, true);
	if (!next) throw new SesError('SES_STORE_UNUSABLE', { file: nextFile, reason: 'it vanished' });
	const [old, added] = [new MasterKey(current), new MasterKey(next)];
	await addKey(db, old, added);

	const oldKeyFile = `${keyFile}.${old.id}.old`;
	try {
		await copyFile(keyFile, oldKeyFile);
		// Replaces the old key in one step: there is never a moment without a key in place.
		await rename(nextFile, keyFile);
		await syncFolder(dirname(keyFile));
	} catch (error) {
		throw new SesError('SES_STORE_UNUSABLE', { file: keyFile, reason: reasonOf(error) }, error);
	}
	await alone(db, (transaction) => retireOthers(transaction, added));
	return { status: 'done', oldKeyFile };
}

/** What was renamed must still be so after a power cut, or the store would know no key that is there. */
async function syncFolder(folder: string): Promise<void> {
	await using handle = await open(folder, 'r');
	await handle.sync();
}
