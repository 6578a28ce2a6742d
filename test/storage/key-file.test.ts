import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadKeyFile } from '../../src/storage/key.ts';
import { type Workplace, workplace } from './support.ts';

describe('the key file', () => {
	let place: Workplace;
	beforeEach(async () => {
		place = await workplace();
	});
	afterEach(() => place[Symbol.asyncDispose]());

	it('is made where there is none, for its owner only, and read from then on', async () => {
		const file = join(place.folder, 'deep', 'down', 'ses.key');
		const made = await loadKeyFile(file, true);
		expect(made).toHaveLength(32);
		expect((await stat(file)).mode & 0o777).toBe(0o600);
		expect((await stat(join(place.folder, 'deep'))).mode & 0o777).toBe(0o700);
		expect(await loadKeyFile(file, true)).toEqual(made);
		expect(await loadKeyFile(file, false)).toEqual(made);
		expect(await loadKeyFile(join(place.folder, 'other.key'), true)).not.toEqual(made);
	});

	it('is not made anew where there is data that a lost one has sealed', async () => {
		expect(await loadKeyFile(place.keyFile, false)).toBeUndefined();
		await expect(stat(place.keyFile)).rejects.toMatchObject({ code: 'ENOENT' });
	});

	it('is one for all who look for it at the same time', async () => {
		for (let round = 0; round < 20; round++) {
			const file = join(place.folder, `ses-${round}.key`);
			const [first, ...others] = await Promise.all(Array.from({ length: 4 }, () => loadKeyFile(file, true)));
			for (const other of others) expect(other).toEqual(first);
		}
	});

	it('that another process has made, and not written yet, is waited for', async () => {
		await writeFile(place.keyFile, '');
		const loading = loadKeyFile(place.keyFile, true);
		await delay(100);
		const key = Buffer.alloc(32, 7);
		await writeFile(place.keyFile, `${key.toString('base64')}\n`);
		expect(await loading).toEqual(key);
	});

	it('that holds no key is left as it is, and named', async () => {
		for (const text of ['', 'not a key', Buffer.alloc(31).toString('base64')]) {
			await writeFile(place.keyFile, text);
			await expect(loadKeyFile(place.keyFile, true)).rejects.toMatchObject({
				code: 'SES_STORE_KEY_INVALID',
				message: expect.stringContaining(place.keyFile),
			});
			expect(await readFile(place.keyFile, 'utf8')).toBe(text);
		}
	});

	it('that cannot be read or made is named with the reason', async () => {
		await mkdir(place.keyFile);
		await expect(loadKeyFile(place.keyFile, true)).rejects.toMatchObject({
			code: 'SES_STORE_UNUSABLE',
			message: expect.stringMatching(/ses\.key.*EISDIR/),
		});
		await writeFile(join(place.folder, 'file'), '');
		await expect(loadKeyFile(join(place.folder, 'file', 'ses.key'), true)).rejects.toMatchObject({
			code: 'SES_STORE_UNUSABLE',
		});
		await expect(loadKeyFile('/proc/ses.key', true)).rejects.toMatchObject({ code: 'SES_STORE_UNUSABLE' });
	});
});
