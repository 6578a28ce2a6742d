import { randomBytes } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { z } from 'zod';

const tableSchema = z.object({ sql: z.string() });
const subjectSchema = z.object({ subject_id: z.number(), bytes: z.number() });

/** The store's own database, read with plain node:sqlite: the same pages, no decryption. */
export class RawMoodReader implements Disposable {
	readonly #database: DatabaseSync;
	readonly #select: StatementSync;
	readonly #subject: number;
	/** Bytes of an entry as the store seals it. */
	readonly entryBytes: number;

	/** Reads the member with the most entries. @throws when there are none */
	constructor(file: string) {
		this.#database = new DatabaseSync(file, { readOnly: true });
		const largest = this.#database
			.prepare(
				'select subject_id, max(length(sealed)) as bytes from mood_entries group by subject_id order by count(*) desc limit 1',
			)
			.get();
		const { subject_id, bytes } = subjectSchema.parse(largest);
		this.#subject = subject_id;
		this.entryBytes = bytes;
		this.#select = this.#database.prepare(
			'select at, sealed from mood_entries where subject_id = ? and at >= ? and at < ? order by at',
		);
	}

	/** The statement that made the table of entries. */
	get tableSql(): string {
		const table = this.#database.prepare("select sql from sqlite_master where name = 'mood_entries'").get();
		return tableSchema.parse(table).sql;
	}

	list(from: number, to: number): number {
		return this.#select.all(this.#subject, from, to).length;
	}

	[Symbol.dispose](): void {
		this.#database.close();
	}
}

/** A table like the store's, with the same durability, written with a prepared statement. */
export class RawMoodWriter implements Disposable {
	readonly #database: DatabaseSync;
	readonly #insert: StatementSync;
	readonly #sealed: Buffer;
	#at = 0;

	constructor(file: string, tableSql: string, entryBytes: number) {
		this.#database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
		this.#database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on');
		this.#database.exec(tableSql);
		this.#insert = this.#database.prepare(
			'insert into mood_entries (subject_id, at, utterance, sealed) values (?, ?, ?, ?)',
		);
		this.#sealed = randomBytes(entryBytes);
	}

	/** One transaction, as the store writes a batch. */
	insert(count: number, subjects: number): void {
		this.#database.exec('begin immediate');
		for (let entry = 0; entry < count; entry++) {
			this.#at += 1000;
			this.#insert.run(1 + (entry % subjects), this.#at, this.#utterance(this.#at), this.#sealed);
		}
		this.#database.exec('commit');
	}

	/** Sixteen bytes, as long as the store's pseudonym. */
	#utterance(at: number): Buffer {
		const bytes = Buffer.alloc(16);
		bytes.writeDoubleBE(at);
		return bytes;
	}

	[Symbol.dispose](): void {
		this.#database.close();
	}
}
