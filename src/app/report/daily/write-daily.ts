import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { SesError } from '../../../domain/index.ts';
import { IN_MEMORY, openStore } from '../../../storage/index.ts';
import type { Config } from '../../config.ts';
import type { Language } from '../model.ts';
import { writeWhole } from '../write.ts';
import { dailyPage } from './page.ts';
import { patternsOf } from './patterns.ts';

export interface DailyReportOptions {
	readonly storage: Config['storage'];
	readonly guildId: string;
	readonly userId: string;
	readonly from: number;
	/** Exclusive. */
	readonly to: number;
	readonly timeZone: string;
	readonly language: Language;
	/** Folder to write into. */
	readonly folder: string;
	readonly now: number;
}

/**
 * Writes a member's own report from the store.
 *
 * @returns the file, and how many utterances it rests on
 * @throws {SesError} `SES_STORE_UNUSABLE` where there is no store, `SES_STORE_KEY` without its key,
 *   `SES_STORE_KEY_INVALID`, `SES_REPORT_UNWRITABLE`
 */
export async function writeDailyReport(
	options: DailyReportOptions,
): Promise<{ readonly file: string; readonly utterances: number }> {
	const { storage, guildId, userId, from, to, timeZone, language, folder, now } = options;
	await refuseMissing(storage);
	await using store = await openStore(storage);
	const entries = await store.moods.list({ guildId, userId, from, to });
	const patterns = patternsOf(entries, timeZone);
	const file = join(folder, 'daily.html');
	await writeWhole(file, await dailyPage(patterns, { language, timeZone, from, to, now }));
	return { file, utterances: entries.length };
}

/** Opening a store makes what is missing; a report is to be of one that is there. */
async function refuseMissing({ file, databaseUrl, key, keyFile }: Config['storage']): Promise<void> {
	const isThere = (path: string): Promise<boolean> =>
		access(path).then(
			() => true,
			() => false,
		);
	if (databaseUrl === undefined && (file === IN_MEMORY || !(await isThere(file)))) {
		throw new SesError('SES_STORE_UNUSABLE', { file, reason: 'there is no such store' });
	}
	if (key === undefined && !(await isThere(keyFile))) throw new SesError('SES_STORE_KEY');
}
