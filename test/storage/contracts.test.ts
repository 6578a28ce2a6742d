import { afterAll, beforeAll, describe } from 'vitest';
import { CONSENT_VERSION } from '../../src/domain/index.ts';
import { DatabaseConsentStore } from '../../src/storage/consent-store.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { IN_MEMORY, openStore, type StorageInput, storageOptions } from '../../src/storage/index.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { storeKeys, Vault } from '../../src/storage/vault.ts';
import { alertStoreContract } from '../contracts/alert-store.ts';
import { auditStoreContract } from '../contracts/audit-store.ts';
import { type ConsentStoreUnderTest, consentStoreContract } from '../contracts/consent-store.ts';
import { guildSettingsStoreContract } from '../contracts/guild-settings-store.ts';
import { moodStoreContract } from '../contracts/mood-store.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { workplace } from './support.ts';

/** Where a test's own store is to be; it goes when it is disposed of. */
type Place = () => Promise<StorageInput & AsyncDisposable>;

async function consentsIn(options: StorageInput): Promise<ConsentStoreUnderTest> {
	const { db, name: file, scrub } = await openDatabase(storageOptions.parse(options));
	await migrate(db, file);
	const vault = new Vault(storeKeys());
	return {
		consents: new DatabaseConsentStore({ db, vault, file, scrub, clock: Date.now }),
		async outdate(guildId, userId) {
			const member = vault.pseudonym('consent-member', guildId, userId);
			await db
				.updateTable('consents')
				.set({ version: CONSENT_VERSION - 1 })
				.where('member', '=', member)
				.execute();
		},
		[Symbol.asyncDispose]: () => db.destroy(),
	};
}

/** Opens in a place of its own. */
const at =
	<T extends AsyncDisposable>(place: Place, open: (options: StorageInput) => Promise<T>) =>
	async (): Promise<T> => {
		const { [Symbol.asyncDispose]: remove, ...options } = await place();
		const store = await open(options);
		return {
			...store,
			async [Symbol.asyncDispose]() {
				await store[Symbol.asyncDispose]();
				await remove();
			},
		};
	};

function contracts(adapter: string, place: Place): void {
	consentStoreContract(adapter, at(place, consentsIn));
	moodStoreContract(adapter, at(place, openStore));
	guildSettingsStoreContract(adapter, at(place, openStore));
	alertStoreContract(adapter, at(place, openStore));
	auditStoreContract(adapter, at(place, openStore));
}

contracts('SQLite in memory', async () => ({ file: IN_MEMORY, [Symbol.asyncDispose]: async () => {} }));

contracts('SQLite on disk', async () => {
	const { file, keyFile, ...place } = await workplace();
	return { file, keyFile, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
});

describe('with a server', () => {
	let server: TestPostgres;
	beforeAll(async () => {
		server = await startPostgres();
	}, 120_000);
	afterAll(() => server?.[Symbol.asyncDispose]());

	contracts('PostgreSQL', async () => {
		const databaseUrl = await server.createDatabase();
		return { databaseUrl, key: 'a5'.repeat(32), [Symbol.asyncDispose]: async () => {} };
	});
});
