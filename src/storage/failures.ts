import { reasonOf, SesError } from '../domain/index.ts';

/** SQLite's primary result codes (https://sqlite.org/rescode.html), in words that say what to look at. */
const BUSY = 5;
const REASONS: Readonly<Record<number, string>> = {
	[BUSY]: 'another process keeps it locked',
	8: 'it is read-only',
	10: 'reading or writing the disk failed',
	11: 'the database is damaged; restore it from a copy',
	13: 'the disk is full',
	14: 'the database file cannot be opened',
	26: 'the file is not a database',
};

/** An extended result code carries its primary code in the low byte. */
function resultCode(error: unknown): number | undefined {
	const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
	return typeof code === 'number' ? code & 0xff : undefined;
}

/** Whether another process holds the lock, so that trying again may help. */
export const isLocked = (error: unknown): boolean => resultCode(error) === BUSY;

/** Any failure of the database as the error that a user is shown. */
export function asStoreError(file: string, error: unknown): SesError {
	if (error instanceof SesError) return error;
	const reason = REASONS[resultCode(error) ?? 0] ?? reasonOf(error);
	return new SesError('SES_STORE_UNUSABLE', { file, reason }, error);
}

/** Reads what the database handed out; what cannot be understood is the store's failure. */
export function reading<T>(file: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		throw asStoreError(file, error);
	}
}

/** As {@link reading}, for what takes its time. */
export async function readingAll<T>(file: string, read: () => Promise<T>): Promise<T> {
	try {
		return await read();
	} catch (error) {
		throw asStoreError(file, error);
	}
}
