import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KEY_BYTES, parseKey, reasonOf, SesError } from '../domain/index.ts';

/** Another process that has just made the file writes into it within moments; an empty one is damaged after this. */
const EMPTY = { tries: 60, everyMs: 50 } as const;

/** A key for a store that nobody opens twice. */
export const transientKey = (): Buffer => randomBytes(KEY_BYTES);

/**
 * Reads the key, or makes one where there is none and `mayCreate`.
 *
 * @returns undefined when the file is missing and must not be made: data sealed with the lost key
 *   is there, and a fresh key beside it would only hide what happened
 * @throws SesError `SES_STORE_KEY_INVALID`, `SES_STORE_UNUSABLE`
 */
export async function loadKeyFile(file: string, mayCreate: boolean): Promise<Buffer | undefined> {
	const existing = await readKeyFile(file);
	if (existing || !mayCreate) return existing;
	const key = transientKey();
	try {
		await mkdir(dirname(file), { recursive: true, mode: 0o700 });
		await using handle = await open(file, 'wx', 0o600);
		await handle.writeFile(`${key.toString('base64')}\n`);
		// What is sealed from now on is worthless without this file: it must be on the disk first.
		await handle.sync();
		return key;
	} catch (error) {
		// Another process was quicker: its key is the key.
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readKeyFile(file);
		throw new SesError('SES_STORE_UNUSABLE', { file, reason: reasonOf(error) }, error);
	}
}

async function readKeyFile(file: string): Promise<Buffer | undefined> {
	let text: string;
	try {
		text = await readFile(file, 'utf8');
		for (let tries = 0; text === '' && tries < EMPTY.tries; tries++) {
			await delay(EMPTY.everyMs);
			text = await readFile(file, 'utf8');
		}
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw new SesError('SES_STORE_UNUSABLE', { file, reason: reasonOf(error) }, error);
	}
	const key = parseKey(text);
	if (!key) throw new SesError('SES_STORE_KEY_INVALID', { source: file });
	return key;
}
