import { chmod, open, stat } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SesError } from '../../src/domain/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { DatabaseMoodStore } from '../../src/storage/mood-store.ts';
import { openSqlite } from '../../src/storage/sqlite.ts';
import { storeKeys, Vault } from '../../src/storage/vault.ts';
import { moodEntry } from '../contracts/mood-store.ts';
import { until } from '../support/until.ts';
import { type Workplace, workplace } from './support.ts';

const EVERYTHING = { guildId: 'guild-a', userId: 'user-1', from: 0, to: Number.MAX_SAFE_INTEGER };
const MOST_PENDING = 20_000;

describe('a database that fails', () => {
	let place: Workplace;
	beforeEach(async () => {
		place = await workplace();
	});
	afterEach(() => place[Symbol.asyncDispose]());
	const paths = () => ({ file: place.file, keyFile: place.keyFile });
	const recent = (index: number) => moodEntry(index, { at: Date.now() - 1_000_000 + index });

	it('says that the disk is full, and loses nothing once there is room again', async () => {
		const { db, name: file, scrub } = await openSqlite(place.file);
		await migrate(db, file);
		const failures: unknown[] = [];
		const vault = new Vault(storeKeys());
		const moods = new DatabaseMoodStore({ db, vault, file, scrub, onWriteFailure: (error) => failures.push(error) });
		await moods.record(recent(0));
		await moods.flush();
		// SQLite's own limit: what it raises is what a full disk raises.
		const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
		await sql`pragma max_page_count = ${sql.lit((rows[0]?.page_count ?? 0) + 4)}`.execute(db);
		for (let index = 1; index < 500; index++) await moods.record(recent(index));
		await until(() => failures.length > 0);
		expect(failures[0]).toMatchObject({
			code: 'SES_STORE_UNUSABLE',
			message: expect.stringContaining('the disk is full'),
		});
		await sql`pragma max_page_count = 100000`.execute(db);
		await moods.flush();
		expect(await moods.list(EVERYTHING)).toHaveLength(500);
		await moods.close();
		await db.destroy();
	});

	it('takes no more than it can remember while it cannot write, says so, and writes all that it took', async () => {
		const failures: SesError[] = [];
		await using store = await openStore(paths(), { onFailure: (error) => failures.push(error) });
		const other = new DatabaseSync(place.file);
		other.exec('begin immediate');
		for (let index = 0; index < MOST_PENDING; index++) await store.moods.record(recent(index));
		await expect(store.moods.record(recent(MOST_PENDING))).rejects.toMatchObject({
			code: 'SES_STORE_UNUSABLE',
			message: expect.stringContaining(`${MOST_PENDING} entries wait`),
		});
		await until(() => failures.length > 0, 60_000);
		expect(failures[0]?.message).toContain('another process keeps it locked');
		other.exec('commit');
		other.close();
		await store.flush();
		expect(await store.moods.list(EVERYTHING)).toHaveLength(MOST_PENDING);
	}, 120_000);

	it('says that the file may not be written', async () => {
		await (await openStore(paths())).close();
		await chmod(place.folder, 0o555);
		await chmod(place.keyFile, 0o444);
		await chmod(place.file, 0o444);
		// Nothing is read-only to root.
		const asRoot = process.geteuid?.() === 0;
		if (asRoot) process.seteuid?.(65_534);
		try {
			await expect(openStore(paths())).rejects.toMatchObject({
				code: 'SES_STORE_UNUSABLE',
				message: expect.stringMatching(/permission denied|read-only/),
			});
		} finally {
			if (asRoot) process.seteuid?.(0);
			await chmod(place.folder, 0o755);
		}
	});

	it('says that the file is damaged', async () => {
		const store = await openStore(paths());
		for (let index = 0; index < 2000; index++) await store.moods.record(recent(index));
		expect(await store.check()).toEqual({ name: place.file, keys: 1, entries: 2000, members: 1 });
		await store.close();
		await using handle = await open(place.file, 'r+');
		const { size } = await stat(place.file);
		// All but the first pages, which hold the schema and the keys.
		await handle.write(Buffer.alloc(size / 2, 0xdb), 0, size / 2, size / 2);
		await handle.close();

		const damaged = expect.objectContaining({
			code: 'SES_STORE_UNUSABLE',
			message: expect.stringMatching(/damaged/),
		});
		const reading = async () => {
			await using opened = await openStore(paths());
			await opened.check();
		};
		await expect(reading()).rejects.toEqual(damaged);
	});

	it('finishes an erasure that was cut short by a crash', async () => {
		const store = await openStore(paths());
		for (let index = 0; index < 50; index++) await store.moods.record(recent(index));
		await store.moods.record(moodEntry(1, { speakerId: 'user-2' }));
		await store.close();
		// As the crash leaves it: the key is gone and the entries are not.
		const database = new DatabaseSync(place.file);
		database.exec(`update mood_subjects set member = randomblob(16), guild = x'', sealed = x''
			where id = (select subject_id from mood_entries group by subject_id having count(*) = 50)`);
		database.close();

		await using opened = await openStore(paths());
		expect(await opened.moods.list(EVERYTHING)).toEqual([]);
		expect(await opened.check()).toMatchObject({ entries: 1, members: 1 });
		const reader = new DatabaseSync(place.file, { readOnly: true });
		expect(reader.prepare('select count(*) as n from mood_entries').get()).toEqual({ n: 1 });
		expect(reader.prepare('select count(*) as n from mood_subjects').get()).toEqual({ n: 1 });
		reader.close();
	});
});
