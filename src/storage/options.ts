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
		.describe(
			'SQLite database, or `:memory:`. Its folder is made when it is missing. Not opened when there is a `databaseUrl`.',
		),
	databaseUrl: z
		.string()
		.regex(/^(postgres(ql)?|socket):/, 'must begin with postgres://')
		.optional()
		.describe('PostgreSQL in place of SQLite, as `postgres://user:password@host:5432/database?sslmode=verify-full`.'),
	connectTimeoutMs: z
		.int()
		.min(100)
		.max(300_000)
		.default(10_000)
		.describe('How long PostgreSQL may take to answer a new connection, and a statement may wait for a free one.'),
	statementTimeoutMs: z
		.int()
		.min(0)
		.max(3_600_000)
		.default(30_000)
		.describe(
			'How long PostgreSQL may work on one statement before it is cancelled; 0 for as long as it takes. What wipes the tables after an erasure may take an hour.',
		),
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
		.describe(
			'Moods and alerts older than this are purged, when the store opens and hourly from then on; a server may choose less.',
		),
	auditDays: z
		.int()
		.min(1)
		.max(3650)
		.default(365)
		.describe('Entries of the audit log older than this are purged in the same way.'),
});

export type StorageOptions = z.infer<typeof storageOptions>;

/** The same before defaults are filled in. */
export type StorageInput = z.input<typeof storageOptions>;
