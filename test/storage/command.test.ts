import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/storage/index.ts';
import { moodEntry } from '../contracts/mood-store.ts';
import { ses } from '../support/cli.ts';
import { workplace } from './support.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('ses store', () => {
	it('checks, purges and changes the key', async () => {
		await using place = await workplace();
		const env = { SES_STORAGE__FILE: place.file, SES_STORAGE__KEY_FILE: place.keyFile, DATABASE_URL: '' };
		const store = await openStore({ file: place.file, keyFile: place.keyFile });
		for (const age of [1, 2, 20]) await store.moods.record(moodEntry(age, { at: Date.now() - age * DAY_MS }));
		await store.close();

		const checked = await ses(['store', 'check'], { env });
		expect(checked).toMatchObject({ code: 0, stderr: '' });
		expect(checked.stdout).toContain('sound; 3 moods of 1 members');

		const purged = await ses(['store', 'purge'], { env: { ...env, SES_STORAGE__RETENTION_DAYS: '10' } });
		expect(purged).toMatchObject({ code: 0, stdout: 'Purged. 2 moods are left.\n' });

		const oldKey = await readFile(place.keyFile, 'utf8');
		const rotated = await ses(['store', 'rotate-key'], { env });
		expect(rotated).toMatchObject({ code: 0, stderr: '' });
		expect(rotated.stdout).toContain(`${place.keyFile} holds the new key`);
		const refused = await ses(['store', 'check'], { env: { ...env, SES_STORAGE_KEY: oldKey.trim() } });
		expect(refused.code).toBe(1);
		expect(refused.stderr).toContain('SES_STORE_KEY');
		expect((await ses(['store', 'check'], { env })).stdout).toContain('2 moods');
	}, 120_000);

	it('says that a file is damaged', async () => {
		await using place = await workplace();
		const store = await openStore({ file: place.file, keyFile: place.keyFile });
		await store.moods.record(moodEntry(1));
		await store.close();
		const database = new DatabaseSync(place.file);
		database.exec(`update mood_entries set sealed = zeroblob(length(sealed))`);
		database.close();
		const checked = await ses(['store', 'check'], {
			env: { SES_STORAGE__FILE: place.file, SES_STORAGE__KEY_FILE: place.keyFile, DATABASE_URL: '' },
		});
		expect(checked.code).toBe(1);
		expect(checked.stderr).toMatch(/SES_STORE_UNUSABLE.*damaged/s);
	}, 60_000);
});
