import type { Generated, Kysely } from 'kysely';

/** Milliseconds since the Unix epoch. PostgreSQL's driver hands a `bigint` out as text: read it with `Number`. */
type Time = number;

export interface EncryptionKeysTable {
	id: string;
	check_value: Uint8Array;
	/** What is sealed and named in the store is so with these; `null` only until it was opened once. */
	store_keys: Uint8Array | null;
	created_at: Time;
}

export interface ConsentsTable {
	guild: Uint8Array;
	member: Uint8Array;
	/** The ids behind the pseudonyms. */
	sealed: Uint8Array;
	version: number;
	given_at: Time;
	receipt: string;
}

/**
 * A member whose moods are kept. Each has a data key of their own, kept sealed: when the row goes,
 * whatever is left of their entries anywhere cannot be read again.
 */
export interface MoodSubjectsTable {
	/** Random: it outlives a change of the encryption key, as the pseudonym does not. */
	id: number;
	member: Uint8Array;
	/** Pseudonym of the community; `null` only until a store of an older release was opened once. */
	guild: Uint8Array | null;
	/** Data key, guild id, user id. */
	sealed: Uint8Array;
}

export interface MoodEntriesTable {
	subject_id: number;
	at: Time;
	/** Pseudonym of session and utterance: recording an utterance again replaces it. */
	utterance: Uint8Array;
	sealed: Uint8Array;
	/** What the member says that it was; apart from the reading, which may be recorded again. */
	contested: Uint8Array | null;
}

/** What a community chose, under its pseudonym. */
export interface GuildSettingsTable {
	guild: Uint8Array;
	sealed: Uint8Array;
}

export interface AlertsTable {
	/** Pseudonym of community and alert. */
	alert: Uint8Array;
	guild: Uint8Array;
	at: Time;
	sealed: Uint8Array;
}

export interface AuditTable {
	number: Generated<number>;
	guild: Uint8Array;
	at: Time;
	sealed: Uint8Array;
}

/** Tables of the store; the same on every dialect. */
export interface StoreSchema {
	encryption_keys: EncryptionKeysTable;
	consents: ConsentsTable;
	mood_subjects: MoodSubjectsTable;
	mood_entries: MoodEntriesTable;
	guild_settings: GuildSettingsTable;
	alerts: AlertsTable;
	audit: AuditTable;
}

export type StoreDatabase = Kysely<StoreSchema>;
