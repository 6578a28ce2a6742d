import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { openStore, storageOptions } from '../../src/storage/index.ts';
import { moodEntry } from '../contracts/mood-store.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const KEY = 'a5'.repeat(32);
const EVERYTHING = { guildId: 'guild-a', userId: 'user-1', from: 0, to: Number.MAX_SAFE_INTEGER };
const START_MS = 120_000;

/** A way to a server that can fall silent, both ends left open. */
async function silencer(target: string) {
	const { hostname, port } = new URL(target);
	const sockets = new Set<Socket>();
	let isSilent = false;
	const server: Server = createServer((near) => {
		const far = connect(Number(port), hostname);
		for (const [from, to] of [[near, far] as const, [far, near] as const]) {
			sockets.add(from);
			from.on('error', () => {});
			from.on('data', (bytes) => {
				if (!isSilent) to.write(bytes);
			});
			from.on('close', () => to.destroy());
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = new URL(target);
	url.hostname = '127.0.0.1';
	url.port = String((server.address() as AddressInfo).port);
	return {
		url: url.href,
		fallSilent: (silent: boolean) => {
			isSilent = silent;
		},
		async [Symbol.asyncDispose]() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

describe('a PostgreSQL that takes too long', () => {
	let server: TestPostgres;
	beforeAll(async () => {
		server = await startPostgres();
	}, START_MS);
	afterAll(() => server?.[Symbol.asyncDispose]());

	it('has its statement cancelled, says so, and goes on', { timeout: START_MS }, async () => {
		const databaseUrl = await server.createDatabase();
		const { db, name } = await openDatabase(storageOptions.parse({ databaseUrl, statementTimeoutMs: 500 }));
		try {
			await expect(sql`select pg_sleep(600)`.execute(db)).rejects.toMatchObject({
				code: 'SES_DATABASE_TIMEOUT',
				message: `PostgreSQL at ${name} took too long: it cancelled a statement that took too long`,
			});
			expect(name).not.toContain('secret');
			expect((await sql<{ two: number }>`select 1 + 1 as two`.execute(db)).rows).toEqual([{ two: 2 }]);
		} finally {
			await db.destroy();
		}
	});

	it('may take its time where no limit is wanted', { timeout: START_MS }, async () => {
		const databaseUrl = await server.createDatabase();
		const { db } = await openDatabase(storageOptions.parse({ databaseUrl, statementTimeoutMs: 0 }));
		try {
			const { rows } = await sql`show statement_timeout`.execute(db);
			expect(rows).toEqual([{ statement_timeout: '0' }]);
		} finally {
			await db.destroy();
		}
	});

	it('writes what a locked table kept from being written, when the lock is gone', { timeout: START_MS }, async () => {
		const databaseUrl = await server.createDatabase();
		const failures: unknown[] = [];
		const options = { databaseUrl, key: KEY, statementTimeoutMs: 500 };
		await using store = await openStore(options, { onFailure: (error) => failures.push(error) });
		const blocker = await openDatabase(storageOptions.parse({ databaseUrl }));
		try {
			await blocker.db.transaction().execute(async (transaction) => {
				await sql`lock table mood_entries in access exclusive mode`.execute(transaction);
				await store.moods.record(moodEntry(1));
				await expect(store.flush()).rejects.toMatchObject({ code: 'SES_DATABASE_TIMEOUT' });
			});
			await store.flush();
			expect(await store.moods.list(EVERYTHING)).toEqual([moodEntry(1)]);
		} finally {
			await blocker.db.destroy();
		}
	});

	it('is given up when it does not answer at all, and found again', { timeout: START_MS }, async () => {
		await using way = await silencer(await server.createDatabase());
		const options = storageOptions.parse({ databaseUrl: way.url, statementTimeoutMs: 500, connectTimeoutMs: 500 });
		const { db } = await openDatabase({ ...options, connectTimeoutMs: 20_000 });
		try {
			way.fallSilent(true);
			await expect(sql`select 1`.execute(db)).rejects.toMatchObject({
				code: 'SES_DATABASE_TIMEOUT',
				message: expect.stringContaining('it did not answer any more'),
			});
			await expect(openDatabase(options)).rejects.toMatchObject({
				code: 'SES_DATABASE_UNREACHABLE',
				message: expect.stringMatching(/: no answer$/),
			});
			way.fallSilent(false);
			expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
		} finally {
			await db.destroy();
		}
	});
});
