import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, rotateKey } from '../../src/storage/index.ts';
import { MasterKey } from '../../src/storage/master-key.ts';
import { storeKeys } from '../../src/storage/vault.ts';
import { auditEntry } from '../contracts/audit-store.ts';
import { moodEntry } from '../contracts/mood-store.ts';
import { type Workplace, workplace } from './support.ts';

const ROTATOR = fileURLToPath(new URL('fixtures/endless-rotation.ts', import.meta.url));
const [KEY, NEXT] = ['8c'.repeat(32), '3d'.repeat(32)];
const EVERYTHING = { guildId: 'guild-a', userId: 'user-1', from: 0, to: Number.MAX_SAFE_INTEGER };

describe('changing the encryption key', () => {
	let place: Workplace;
	beforeEach(async () => {
		place = await workplace();
	});
	afterEach(() => place[Symbol.asyncDispose]());
	const paths = () => ({ file: place.file, keyFile: place.keyFile });
	const keysInStore = () => {
		const database = new DatabaseSync(place.file, { readOnly: true });
		const rows = database.prepare('select id from encryption_keys').all();
		database.close();
		return rows.map((row) => String(row['id']));
	};

	it('puts a new key in place; the old one opens nothing any more', async () => {
		const before = await openStore(paths());
		await before.moods.record(moodEntry(1));
		const consent = await before.consents.give('guild-a', 'user-1');
		await before.settings.set('guild-a', { locale: 'pl' });
		await before.audit.add(auditEntry(1));
		await before.close();
		const oldKey = await readFile(place.keyFile, 'utf8');

		const { status, oldKeyFile = '' } = await rotateKey(paths());
		expect(status).toBe('done');
		expect(await readFile(oldKeyFile, 'utf8')).toBe(oldKey);
		expect(await readFile(place.keyFile, 'utf8')).not.toBe(oldKey);
		expect(keysInStore()).toHaveLength(1);
		await expect(openStore({ file: place.file, key: oldKey.trim() })).rejects.toMatchObject({ code: 'SES_STORE_KEY' });

		await using after = await openStore(paths());
		expect(await after.moods.list(EVERYTHING)).toEqual([moodEntry(1)]);
		expect(await after.consents.get('guild-a', 'user-1')).toEqual(consent);
		expect(await after.settings.get('guild-a')).toEqual({ locale: 'pl' });
		expect(await after.audit.list('guild-a', { from: 0, limit: 5 })).toEqual([auditEntry(1)]);
		// What is recorded again is found under the same name.
		await after.moods.record(moodEntry(1, { confidence: 1 }));
		expect(await after.moods.list(EVERYTHING)).toEqual([moodEntry(1, { confidence: 1 })]);
	});

	it('does not disturb who has the store open', async () => {
		await using running = await openStore(paths());
		await running.moods.record(moodEntry(1));
		await rotateKey(paths());
		await running.moods.record(moodEntry(2));
		await running.moods.record(moodEntry(3, { speakerId: 'user-new' }));
		expect(await running.moods.list(EVERYTHING)).toEqual([moodEntry(1), moodEntry(2)]);
		await running.close();

		await using restarted = await openStore(paths());
		expect(await restarted.moods.list(EVERYTHING)).toEqual([moodEntry(1), moodEntry(2)]);
		expect(await restarted.moods.list({ ...EVERYTHING, userId: 'user-new' })).toHaveLength(1);
	});

	it('lets two keys open the store until it is opened with the given one', async () => {
		await (await openStore({ ...paths(), key: KEY })).close();
		expect(await rotateKey({ ...paths(), key: KEY }, NEXT)).toEqual({ status: 'both' });
		await (await openStore({ ...paths(), key: KEY })).close();
		expect(keysInStore()).toHaveLength(2);
		await (await openStore({ ...paths(), key: NEXT })).close();
		expect(keysInStore()).toHaveLength(1);
		await expect(openStore({ ...paths(), key: KEY })).rejects.toMatchObject({ code: 'SES_STORE_KEY' });
	});

	it('needs the key that is in use, and a new one that is a key', async () => {
		await (await openStore({ ...paths(), key: KEY })).close();
		await expect(rotateKey({ ...paths(), key: NEXT }, KEY)).rejects.toMatchObject({ code: 'SES_STORE_KEY' });
		await expect(rotateKey({ ...paths(), key: KEY }, 'hunter2')).rejects.toMatchObject({
			code: 'SES_STORE_KEY_INVALID',
		});
		await expect(rotateKey({ ...paths(), key: KEY })).rejects.toMatchObject({ code: 'SES_USAGE' });
		expect(keysInStore()).toHaveLength(1);
	});

	it('opens a store whose keys were still derived from the one of the configuration, and rotates it', async () => {
		const first = await openStore({ ...paths(), key: KEY });
		await first.close();
		// As a store of an older release: without keys of its own, its content sealed with derived ones.
		const master = new MasterKey(Buffer.from(KEY, 'hex'));
		expect(master.derivedStoreKeys().bytes).toHaveLength(storeKeys().bytes.length);
		const database = new DatabaseSync(place.file);
		database.exec('update encryption_keys set store_keys = null');
		database.close();
		const old = await openStore({ ...paths(), key: KEY });
		await old.moods.record(moodEntry(1));
		await old.close();
		await rotateKey({ ...paths(), key: KEY }, NEXT);
		await using rotated = await openStore({ ...paths(), key: NEXT });
		expect(await rotated.moods.list(EVERYTHING)).toEqual([moodEntry(1)]);
	});

	it('can be killed at any moment', { timeout: 120_000 }, async () => {
		const store = await openStore(paths());
		await store.moods.record(moodEntry(1));
		await store.close();
		for (const delayMs of [0, 7, 15, 31, 60]) {
			const child = spawn(process.execPath, [ROTATOR, place.file, place.keyFile], {
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			// It may be done before it is killed.
			const closed = once(child, 'close');
			await once(child.stdout, 'data');
			await sleep(delayMs);
			child.kill('SIGKILL');
			await closed;
			await using opened = await openStore(paths());
			expect(await opened.moods.list(EVERYTHING)).toEqual([moodEntry(1)]);
		}
		await rotateKey(paths());
		expect(keysInStore()).toHaveLength(1);
	});

	/** Where a rotation may be cut short, as what it leaves on the disk. */
	it.each(['the new key was made', 'the store knew both keys', 'the new key was in place'])(
		'goes on after it was cut short when %s',
		async (moment) => {
			const store = await openStore(paths());
			await store.moods.record(moodEntry(1));
			await store.close();
			const oldKey = await readFile(place.keyFile, 'utf8');
			const newKey = Buffer.from(NEXT, 'hex').toString('base64');
			if (moment !== 'the new key was made') await rotateKey(paths(), newKey);
			if (moment === 'the new key was in place') await writeFile(place.keyFile, newKey);
			else await writeFile(`${place.keyFile}.new`, newKey);

			const backup = join(place.folder, 'copy');
			await cp(place.file, backup);
			await using opened = await openStore(paths());
			expect(await opened.moods.list(EVERYTHING)).toEqual([moodEntry(1)]);
			await opened.close();
			await copyFile(backup, place.file);
			await rotateKey(paths());
			expect(keysInStore()).toHaveLength(1);
			expect(await readdir(place.folder)).not.toContain('ses.key.new');
			await expect(openStore({ file: place.file, key: oldKey.trim() })).rejects.toMatchObject({
				code: 'SES_STORE_KEY',
			});
			await using rotated = await openStore(paths());
			expect(await rotated.moods.list(EVERYTHING)).toEqual([moodEntry(1)]);
		},
	);
});
