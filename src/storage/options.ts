import { z } from 'zod';
import { parseKey } from '../domain/index.ts';

/** `file` for a store that lives in memory and ends with the process. */
export const IN_MEMORY = ':memory:';

/** Where and how long consents and moods are kept. */
export const storageOptions = z.strictObject({
	file: z
		.string()
		.min(1)
		.default('data/ses.sqlite')
		.describe('SQLite database, or `:memory:`. Its folder is made when it is missing.'),
	keyFile: z
		.string()
		.min(1)
		.default('data/ses.key')
		.describe('Holds the encryption key; made with mode 0600 on first use. Not read when a key is given.'),
	key: z
		.string()
		.refine((text) => parseKey(text) !== undefined, 'must be 32 bytes as hex or base64')
		.optional()
		.describe('The key itself, 32 bytes as hex or base64, for those who keep keys elsewhere.'),
	retentionDays: z
		.int()
		.min(1)
		.max(3650)
		.default(30)
		.describe('Moods older than this are purged, when the store opens and hourly from then on.'),
});

export type StorageOptions = z.infer<typeof storageOptions>;

/** The same before defaults are filled in. */
export type StorageInput = z.input<typeof storageOptions>;
