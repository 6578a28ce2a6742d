import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MoodEntry } from '../../src/domain/index.ts';
import { openStore, type Store } from '../../src/storage/index.ts';

const DAY_MS = 86_400_000;
/** Below what the writer takes before it says that it is full. */
const AT_ONCE = 15_000;

/** A month of entries that members take turns at, written to the last. @returns where it begins and ends */
export async function fillMonth(
	store: Store,
	entries: number,
	entryOf: (at: number, index: number) => MoodEntry,
): Promise<{ readonly from: number; readonly to: number }> {
	const to = Date.now();
	const from = to - 29 * DAY_MS;
	for (let index = 0; index < entries; index++) {
		await store.moods.record(entryOf(Math.floor(from + ((to - from) * index) / entries), index));
		if (index % AT_ONCE === 0) await store.flush();
	}
	await store.flush();
	return { from, to };
}

/** Processor time of what `action` does, in milliseconds. */
async function processorMs(action: () => Promise<void> | void): Promise<number> {
	const before = process.cpuUsage();
	await action();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}

/** A store on disk that is copied for each time that something is deleted in it. */
export class DeletionBench {
	readonly #template: string;
	readonly #file: string;
	readonly #key: string;

	/** @param template a database that is closed */
	constructor(directory: string, template: string, key: string) {
		this.#template = template;
		this.#file = join(directory, 'deleted-from.sqlite');
		this.#key = key;
	}

	/** @param entries how many must be gone afterwards */
	async ours(entries: number, erase: (store: Store) => Promise<number>): Promise<number> {
		await copyFile(this.#template, this.#file);
		await using store = await openStore({ file: this.#file, key: this.#key });
		return await processorMs(async () => {
			const gone = await erase(store);
			if (gone !== entries) throw new Error(`${gone} entries were deleted.`);
		});
	}

	/** The same rows, by one statement on the same file. @param which condition of the rows */
	async bare(entries: number, which: string): Promise<number> {
		await copyFile(this.#template, this.#file);
		using database = new DatabaseSync(this.#file);
		database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on');
		return processorMs(() => {
			const deleted = database.prepare(`delete from mood_entries where ${which}`).run();
			database.exec('pragma wal_checkpoint(truncate)');
			if (Number(deleted.changes) !== entries) throw new Error(`${deleted.changes} rows were deleted.`);
		});
	}
}

/** The member with the most entries. */
export const HEAVIEST =
	'subject_id = (select subject_id from mood_entries group by subject_id order by count(*) desc limit 1)';
