import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IN_MEMORY, openStore, storageOptions } from '../../src/storage/index.ts';
import { moodEntry } from '../contracts/mood-store.ts';
import { type Workplace, workplace } from './support.ts';

const KEY = '8c'.repeat(32);
const EVERYTHING = { guildId: 'guild-a', userId: 'user-1', from: 0, to: Number.MAX_SAFE_INTEGER };

describe('opening a store', () => {
	let place: Workplace;
	beforeEach(async () => {
		place = await workplace();
	});
	afterEach(() => place[Symbol.asyncDispose]());
	const paths = () => ({ file: place.file, keyFile: place.keyFile });

	it('has defaults for everything', () => {
		expect(storageOptions.parse({})).toEqual({
			file: 'data/ses.sqlite',
			connectTimeoutMs: 10_000,
			statementTimeoutMs: 30_000,
			keyFile: 'data/ses.key',
			retentionDays: 30,
			auditDays: 365,
		});
	});

	it('refuses a key that is none, and unknown settings', () => {
		expect(storageOptions.safeParse({ key: 'secret' }).success).toBe(false);
		expect(storageOptions.safeParse({ key: KEY }).success).toBe(true);
		expect(storageOptions.safeParse({ key: Buffer.from(KEY, 'hex').toString('base64') }).success).toBe(true);
		expect(storageOptions.safeParse({ retention: 3 }).success).toBe(false);
	});

	it('keeps what it was given from one opening to the next', async () => {
		const recorded = [1, 2, 3].map((index) => moodEntry(index));
		const first = await openStore(paths());
		const consent = await first.consents.give('guild-a', 'user-1');
		for (const entry of recorded) await first.moods.record(entry);
		await first.close();

		await using second = await openStore(paths());
		expect(await second.moods.list(EVERYTHING)).toEqual(recorded);
		expect(await second.consents.list('guild-a')).toEqual([consent]);
	});

	it('makes missing folders and a key of 32 random bytes', async () => {
		const file = join(place.folder, 'deep', 'down', 'ses.sqlite');
		const keyFile = join(place.folder, 'elsewhere', 'ses.key');
		await using _store = await openStore({ file, keyFile });
		expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
		expect(Buffer.from(await readFile(keyFile, 'utf8'), 'base64')).toHaveLength(32);
	});

	it('leaves no trace of a store in memory', async () => {
		await using store = await openStore({ file: IN_MEMORY, keyFile: place.keyFile });
		await store.consents.give('guild-a', 'user-1');
		await expect(stat(place.keyFile)).rejects.toThrow('ENOENT');
	});

	it('takes a key given in hex and in base64 as the same', async () => {
		await (await openStore({ ...paths(), key: KEY })).close();
		await (await openStore({ ...paths(), key: Buffer.from(KEY, 'hex').toString('base64') })).close();
		await expect(stat(place.keyFile)).rejects.toThrow('ENOENT');
	});

	it('refuses another key at once', async () => {
		await (await openStore({ ...paths(), key: KEY })).close();
		await expect(openStore({ ...paths(), key: '8d'.repeat(32) })).rejects.toMatchObject({ code: 'SES_STORE_KEY' });
	});

	it('refuses a key whose check value was put there by somebody else', async () => {
		await (await openStore({ ...paths(), key: KEY })).close();
		const database = new DatabaseSync(place.file);
		database.exec(`update encryption_keys set check_value = zeroblob(48)`);
		database.close();
		await expect(openStore({ ...paths(), key: KEY })).rejects.toMatchObject({ code: 'SES_STORE_KEY' });
	});

	it('does not put a fresh key beside data whose key is gone', async () => {
		await (await openStore(paths())).close();
		await rm(place.keyFile);
		await expect(openStore(paths())).rejects.toMatchObject({ code: 'SES_STORE_KEY' });
		await expect(stat(place.keyFile)).rejects.toThrow('ENOENT');
	});

	it('says when the key file holds something else', async () => {
		await writeFile(place.keyFile, 'hunter2\n');
		await expect(openStore(paths())).rejects.toMatchObject({
			code: 'SES_STORE_KEY_INVALID',
			message: expect.stringContaining(place.keyFile),
		});
	});

	it.each([
		['a folder', async (place: Workplace) => place.folder, /cannot be opened|EISDIR/],
		[
			'a path through a file',
			async (place: Workplace) => {
				await writeFile(place.keyFile, KEY);
				return join(place.keyFile, 'ses.sqlite');
			},
			/EEXIST|ENOTDIR/,
		],
		[
			'something that is no database',
			async (place: Workplace) => {
				await writeFile(place.file, 'Dear diary, '.repeat(500));
				return place.file;
			},
			/not a database/,
		],
	])('refuses %s', async (_what, prepare, reason) => {
		const file = await prepare(place);
		await expect(openStore({ file, key: KEY })).rejects.toMatchObject({
			code: 'SES_STORE_UNUSABLE',
			message: expect.stringMatching(reason),
		});
	});

	it.skipIf(process.getuid?.() === 0)('refuses a folder that it may not write to', async () => {
		await chmod(place.folder, 0o500);
		await expect(openStore(paths())).rejects.toMatchObject({ code: 'SES_STORE_UNUSABLE' });
		await chmod(place.folder, 0o700);
	});

	it('refuses the database of a newer release', async () => {
		await (await openStore(paths())).close();
		const database = new DatabaseSync(place.file);
		database.exec(`insert into kysely_migration values ('2999-01-01-mind-reading', '2999-01-01T00:00:00Z')`);
		database.close();
		await expect(openStore(paths())).rejects.toMatchObject({ code: 'SES_STORE_UNUSABLE' });
	});

	it('purges what is past its retention when it opens', async () => {
		const day = 24 * 60 * 60 * 1000;
		const now = Date.now();
		const first = await openStore(paths());
		for (const age of [1, 6, 8, 29]) await first.moods.record(moodEntry(age, { at: now - age * day }));
		await first.close();

		await using second = await openStore({ ...paths(), retentionDays: 7 }, { clock: () => now });
		const kept = await second.moods.list(EVERYTHING);
		expect(kept.map((entry) => (now - entry.at) / day)).toEqual([6, 1]);
	});

	it('can be closed twice, and takes nothing afterwards', async () => {
		const store = await openStore(paths());
		await Promise.all([store.close(), store.close()]);
		await expect(store.moods.record(moodEntry(1))).rejects.toMatchObject({ code: 'SES_STORE_UNUSABLE' });
		await expect(stat(`${place.file}-wal`)).rejects.toThrow('ENOENT');
	});

	it('notices an entry that was moved to another time', async () => {
		await using store = await openStore(paths());
		await store.moods.record(moodEntry(1));
		await store.flush();
		const database = new DatabaseSync(place.file);
		database.exec('update mood_entries set at = at + 1');
		database.close();
		await expect(store.moods.list(EVERYTHING)).rejects.toMatchObject({
			code: 'SES_STORE_UNUSABLE',
			message: expect.stringContaining('damaged'),
		});
	});
});
