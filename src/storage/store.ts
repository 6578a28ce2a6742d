import type {
	AlertStore,
	AuditStore,
	Clock,
	ConsentStore,
	GuildSettingsStore,
	MoodStore,
	SesError,
} from '../domain/index.ts';
import { DatabaseAlertStore } from './alert-store.ts';
import { DatabaseAuditStore } from './audit-store.ts';
import { checkStore, type StoreCheck } from './check.ts';
import { DatabaseConsentStore } from './consent-store.ts';
import { openDatabase } from './database.ts';
import { asStoreError } from './failures.ts';
import { DatabaseGuildSettingsStore } from './guild-settings-store.ts';
import { migrate } from './migrate.ts';
import { DatabaseMoodStore, type MoodStoreParts } from './mood-store.ts';
import { fillInCommunities } from './mood-subjects.ts';
import { type StorageInput, storageOptions } from './options.ts';
import { unlock } from './unlock.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const PURGE_EVERY_MS = 60 * 60 * 1000;

/** Consents, moods, settings, alerts and the audit log, open. */
export interface Store extends AsyncDisposable {
	readonly consents: ConsentStore;
	readonly moods: MoodStore & Required<Pick<MoodStore, 'listForChart'>>;
	readonly settings: GuildSettingsStore;
	readonly alerts: AlertStore;
	readonly audit: AuditStore;
	/** Resolves when every mood recorded so far is on the disk. @throws SesError `SES_STORE_UNUSABLE` */
	flush(): Promise<void>;
	/** Reads everything, as an operator does before trusting a back-up. @throws SesError `SES_STORE_UNUSABLE` */
	check(): Promise<StoreCheck>;
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
	const { retentionDays, auditDays, ...where } = storageOptions.parse(options);
	const clock = hooks.clock ?? Date.now;
	const database = await openDatabase(where);
	const { db, name: file, scrub } = database;
	const onFailure = (error: unknown) => hooks.onFailure?.(asStoreError(file, error));
	try {
		await migrate(db, file);
		const vault = await unlock(db, where, clock());
		const consents = new DatabaseConsentStore({ db, vault, clock, file, scrub });
		await fillInCommunities(db, vault, file);
		const settings = new DatabaseGuildSettingsStore({ db, vault, file });
		const alerts = new DatabaseAlertStore({ db, vault, file });
		const audit = new DatabaseAuditStore({ db, vault, file });
		const alsoErase: MoodStoreParts['alsoErase'] = (inside, ...ids) => alerts.forget(inside, ...ids);
		const moods = new DatabaseMoodStore({ db, vault, file, scrub, onWriteFailure: onFailure, alsoErase });

		const purge = async () => {
			const daysAgo = (days: number) => clock() - days * DAY_MS;
			await moods.purge(daysAgo(retentionDays));
			await alerts.purge(daysAgo(retentionDays));
			for (const { guild, days } of await settings.retentions()) {
				if (days >= retentionDays) continue;
				await moods.purgeCommunity(guild, daysAgo(days));
				await alerts.purge(daysAgo(days), guild);
			}
			await audit.purge(daysAgo(auditDays));
		};
		await purge();
		const purging = setInterval(() => purge().catch(onFailure), PURGE_EVERY_MS).unref();

		let closing: Promise<void> | undefined;
		const close = () => {
			clearInterval(purging);
			closing ??= moods.close().finally(() => db.destroy());
			return closing;
		};
		const flush = () => moods.flush();
		const check = () => flush().then(() => checkStore(database, vault));
		return { consents, moods, settings, alerts, audit, flush, check, close, [Symbol.asyncDispose]: close };
	} catch (error) {
		await db.destroy();
		throw error;
	}
}
