import {
	type Clock,
	type ConsentStore,
	type GuildSettingsStore,
	type MoodStore,
	parseKey,
	SesError,
} from '../domain/index.ts';
import { DatabaseConsentStore } from './consent-store.ts';
import { asStoreError } from './failures.ts';
import { DatabaseGuildSettingsStore } from './guild-settings-store.ts';
import { loadKeyFile, transientKey } from './key.ts';
import { migrate } from './migrate.ts';
import { DatabaseMoodStore } from './mood-store.ts';
import { IN_MEMORY, type StorageInput, storageOptions } from './options.ts';
import type { StoreDatabase } from './schema.ts';
import { openSqlite } from './sqlite.ts';
import { Vault } from './vault.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const PURGE_EVERY_MS = 60 * 60 * 1000;

/** Consents, moods and settings, open. */
export interface Store extends AsyncDisposable {
	readonly consents: ConsentStore;
	readonly moods: MoodStore;
	readonly settings: GuildSettingsStore;
	/** Resolves when every mood recorded so far is on the disk. @throws SesError `SES_STORE_UNUSABLE` */
	flush(): Promise<void>;
	/** Writes what waits and lets the database go. Calling it again changes nothing. */
	close(): Promise<void>;
}

export interface StoreHooks {
	/** What time it is for consents and for retention. */
	readonly clock?: Clock;
	/** Told when moods could not be written, or old ones not purged; both are tried again. */
	readonly onFailure?: (error: SesError) => void;
}

/**
 * Opens the store, making database and key where there are none, and keeps it within its retention
 * for as long as it is open.
 *
 * @throws SesError `SES_STORE_KEY` when the data was written with another key,
 *   `SES_STORE_KEY_INVALID`, `SES_STORE_UNUSABLE`
 */
export async function openStore(options: StorageInput = {}, hooks: StoreHooks = {}): Promise<Store> {
	const { file, retentionDays, ...keySource } = storageOptions.parse(options);
	const clock = hooks.clock ?? Date.now;
	const onFailure = (error: unknown) => hooks.onFailure?.(asStoreError(file, error));

	const { db, scrub } = await openSqlite(file);
	try {
		await migrate(db, file);
		const vault = await unlock(db, { ...keySource, inMemory: file === IN_MEMORY }, clock());
		const consents = new DatabaseConsentStore({ db, vault, clock, file, scrub });
		const moods = new DatabaseMoodStore({ db, vault, file, scrub, onWriteFailure: onFailure });
		const settings = new DatabaseGuildSettingsStore({ db, vault, file });

		const purge = () => moods.purge(clock() - retentionDays * DAY_MS);
		await purge();
		const purging = setInterval(() => purge().catch(onFailure), PURGE_EVERY_MS).unref();

		let closing: Promise<void> | undefined;
		const close = () => {
			clearInterval(purging);
			closing ??= moods.close().finally(() => db.destroy());
			return closing;
		};
		return { consents, moods, settings, flush: () => moods.flush(), close, [Symbol.asyncDispose]: close };
	} catch (error) {
		await db.destroy();
		throw error;
	}
}

interface KeySource {
	readonly key?: string | undefined;
	readonly keyFile: string;
	readonly inMemory: boolean;
}

/** Finds the key and proves that it is the one in use; a new store takes it as its own. */
async function unlock(db: StoreDatabase, source: KeySource, now: number): Promise<Vault> {
	const known = await db.selectFrom('encryption_keys').selectAll().execute();
	const key = await readKey(source, known.length === 0);
	if (!key) throw new SesError('SES_STORE_KEY');
	const vault = new Vault(key);
	if (known.length === 0) {
		await db
			.insertInto('encryption_keys')
			.values({ id: vault.keyId, check_value: vault.checkValue(), created_at: now })
			.onConflict((conflict) => conflict.column('id').doNothing())
			.execute();
		return vault;
	}
	const check = known.find((row) => row.id === vault.keyId);
	if (!check || !vault.passesCheck(check.check_value)) throw new SesError('SES_STORE_KEY');
	return vault;
}

async function readKey({ key, keyFile, inMemory }: KeySource, isNew: boolean): Promise<Buffer | undefined> {
	if (key !== undefined) return parseKey(key);
	return inMemory ? transientKey() : loadKeyFile(keyFile, isNew);
}
