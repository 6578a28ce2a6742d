import { randomBytes } from 'node:crypto';
import { CONSENT_VERSION } from '../../src/domain/index.ts';
import { DatabaseConsentStore } from '../../src/storage/consent-store.ts';
import { IN_MEMORY, openStore } from '../../src/storage/index.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { openSqlite } from '../../src/storage/sqlite.ts';
import { Vault } from '../../src/storage/vault.ts';
import { type ConsentStoreUnderTest, consentStoreContract } from '../contracts/consent-store.ts';
import { type GuildSettingsStoreUnderTest, guildSettingsStoreContract } from '../contracts/guild-settings-store.ts';
import { type MoodStoreUnderTest, moodStoreContract } from '../contracts/mood-store.ts';
import { workplace } from './support.ts';

async function consentsIn(file: string): Promise<ConsentStoreUnderTest> {
	const { db, scrub } = await openSqlite(file);
	await migrate(db, file);
	const vault = new Vault(randomBytes(32));
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

/** Opens in a folder of its own, which goes when the store is disposed of. */
async function onDisk<T extends AsyncDisposable>(open: (file: string, keyFile: string) => Promise<T>): Promise<T> {
	const place = await workplace();
	const store = await open(place.file, place.keyFile);
	return {
		...store,
		async [Symbol.asyncDispose]() {
			await store[Symbol.asyncDispose]();
			await place[Symbol.asyncDispose]();
		},
	};
}

consentStoreContract('SQLite in memory', () => consentsIn(IN_MEMORY));
consentStoreContract('SQLite on disk', () => onDisk(consentsIn));

moodStoreContract('SQLite in memory', () => openStore({ file: IN_MEMORY }));
moodStoreContract('SQLite on disk', () => onDisk<MoodStoreUnderTest>((file, keyFile) => openStore({ file, keyFile })));

guildSettingsStoreContract('SQLite in memory', () => openStore({ file: IN_MEMORY }));
guildSettingsStoreContract('SQLite on disk', () =>
	onDisk<GuildSettingsStoreUnderTest>((file, keyFile) => openStore({ file, keyFile })),
);
