import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SesError } from '../../src/domain/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { requireServer } from '../../src/storage/postgres.ts';
import { moodEntry } from '../contracts/mood-store.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { freePort } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { formsOf } from './support.ts';

const KEY = 'a5'.repeat(32);
const EVERYTHING = { guildId: 'guild-a', userId: 'user-1', from: 0, to: Number.MAX_SAFE_INTEGER };
const START_MS = 120_000;

describe('a store in PostgreSQL', () => {
	let server: TestPostgres;
	beforeAll(async () => {
		server = await startPostgres();
	}, START_MS);
	afterAll(() => server?.[Symbol.asyncDispose]());

	const query = async (url: string, sql: string) => {
		const client = new Client({ connectionString: url });
		await client.connect();
		try {
			return (await client.query(sql)).rows;
		} finally {
			await client.end();
		}
	};
	const rawFiles = async (): Promise<Buffer> => {
		await query(await server.createDatabase(), 'checkpoint');
		const names = (await readdir(server.dataFolder, { recursive: true, withFileTypes: true })).filter((each) =>
			each.isFile(),
		);
		return Buffer.concat(await Promise.all(names.map((each) => readFile(join(each.parentPath, each.name)))));
	};

	it('keeps what it was given from one opening to the next', async () => {
		const databaseUrl = await server.createDatabase();
		const recorded = [1, 2, 3].map((index) => moodEntry(index));
		const first = await openStore({ databaseUrl, key: KEY });
		for (const entry of recorded) await first.moods.record(entry);
		await first.close();
		await using second = await openStore({ databaseUrl, key: KEY });
		expect(await second.moods.list(EVERYTHING)).toEqual(recorded);
	});

	it('is made once by processes that open it at the same time, with one key', async () => {
		const databaseUrl = await server.createDatabase();
		const keys = ['01', '02', '03', '04'].map((byte) => byte.repeat(32));
		const openings = await Promise.allSettled(keys.map((key) => openStore({ databaseUrl, key })));
		const opened = openings.filter((opening) => opening.status === 'fulfilled');
		for (const { value } of opened) await value.close();
		// Whoever comes first makes the store with its key; to the others it is somebody else's.
		expect(opened).toHaveLength(1);
		for (const opening of openings) {
			if (opening.status === 'rejected') expect(opening.reason).toMatchObject({ code: 'SES_STORE_KEY' });
		}
		const again = await Promise.all(
			[1, 2, 3].map(() => openStore({ databaseUrl, key: keys[openings.indexOf(opened[0] as never)] as string })),
		);
		for (const store of again) await store.close();
	});

	it('refuses another key', async () => {
		const databaseUrl = await server.createDatabase();
		await (await openStore({ databaseUrl, key: KEY })).close();
		await expect(openStore({ databaseUrl, key: '5a'.repeat(32) })).rejects.toMatchObject({ code: 'SES_STORE_KEY' });
	});

	it('holds no id in its tables, and nothing of the key of an erased member', async () => {
		const databaseUrl = await server.createDatabase();
		const [guildId, speakerId] = ['1102938475610293847', '902837465019283746'];
		await using store = await openStore({ databaseUrl, key: KEY });
		for (let index = 0; index < 300; index++) await store.moods.record(moodEntry(index, { guildId, speakerId }));
		await store.consents.give(guildId, speakerId);
		await store.flush();
		const [subject] = await query(databaseUrl, 'select sealed from mood_subjects');
		const sealedKey = (subject.sealed as Buffer).subarray(0, 24);
		const before = await rawFiles();
		for (const form of [...formsOf(guildId), ...formsOf(speakerId)]) expect(before.includes(form)).toBe(false);
		expect(before.includes(sealedKey)).toBe(true);

		expect(await store.moods.erase(guildId, speakerId)).toBe(300);
		expect((await rawFiles()).includes(sealedKey)).toBe(false);
		expect(await query(databaseUrl, 'select 1 from mood_entries')).toEqual([]);
	});

	it.each([
		[
			'a wrong password',
			(url: string) => url.replace(':secret@', ':guess@'),
			'SES_DATABASE_REFUSED',
			/password is wrong/,
		],
		['no password', (url: string) => url.replace(':secret@', '@'), 'SES_DATABASE_REFUSED', /password/],
		['no such database', (url: string) => url.replace(/\w+$/, 'nowhere'), 'SES_DATABASE_REFUSED', /nowhere/],
		[
			'a host that is not there',
			(url: string) => url.replace('127.0.0.1', 'db.invalid'),
			'SES_DATABASE_UNREACHABLE',
			/host/,
		],
		['a server without TLS', (url: string) => `${url}?sslmode=verify-full`, 'SES_DATABASE_REFUSED', /no TLS/],
	])('says what is wrong with %s, and not the password', async (_what, change, code, reason) => {
		const databaseUrl = change(await server.createDatabase());
		const error = await openStore({ databaseUrl, key: KEY }).then(
			() => undefined,
			(failure: SesError) => failure,
		);
		expect(error).toMatchObject({ code, message: expect.stringMatching(reason) });
		expect(`${error?.message} ${error?.hint}`).not.toMatch(/secret|guess/);
	});

	it('says that nothing listens', async () => {
		const databaseUrl = `postgres://ses:secret@127.0.0.1:${await freePort()}/ses`;
		await expect(openStore({ databaseUrl, key: KEY })).rejects.toMatchObject({
			code: 'SES_DATABASE_UNREACHABLE',
			message: expect.stringMatching(/postgres:\/\/ses@127\.0\.0\.1:\d+\/ses: nothing listens/),
		});
	});

	it('refuses a server that is too old', () => {
		expect(() => requireServer(150_018, 'postgres://db')).not.toThrow();
		expect(() => requireServer(130_000, 'postgres://db')).not.toThrow();
		expect(() => requireServer(120_022, 'postgres://db')).toThrow(/runs PostgreSQL 12, and 13 is needed/);
	});

	it('loses nothing that was accepted when the server is ended, crashes and comes back', async () => {
		const databaseUrl = await server.createDatabase();
		const failures: SesError[] = [];
		await using store = await openStore({ databaseUrl, key: KEY }, { onFailure: (error) => failures.push(error) });
		let accepted = 0;
		const write = async (count: number) => {
			for (let index = 0; index < count; index++) await store.moods.record(moodEntry(accepted++));
		};
		await write(150);
		await store.flush();
		for (const end of [() => server.stop(), () => server.crash()]) {
			await write(500);
			const ending = end();
			await write(500);
			await ending;
			const before = failures.length;
			await write(50);
			await until(() => failures.length > before, 60_000);
			await server.start();
			await write(50);
		}
		await until(
			async () =>
				store.flush().then(
					() => true,
					() => false,
				),
			60_000,
		);
		const listed = await store.moods.list(EVERYTHING);
		expect(listed.map(({ utteranceId }) => utteranceId)).toEqual(
			Array.from({ length: accepted }, (_, index) => `utterance-${index}`),
		);
		expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['SES_DATABASE_UNREACHABLE']));
	}, 180_000);
});

describe('PostgreSQL with TLS', () => {
	it(
		'is spoken to when its certificate is known, and not otherwise',
		async () => {
			const folder = await mkdtemp(join(tmpdir(), 'ses-tls-'));
			const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
			const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
			const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate];
			await promisify(execFile)('openssl', [...args, ...subject]);
			// The server runs as somebody else, and its key must be its own.
			if (process.getuid?.() === 0) {
				const { stdout } = await promisify(execFile)('id', ['-u', 'postgres']);
				for (const file of [folder, key, certificate]) await chown(file, Number(stdout), -1);
			}
			await using server = await startPostgres('ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`);
			const databaseUrl = await server.createDatabase();
			const known = `${databaseUrl}?sslmode=verify-full&sslrootcert=${certificate}`;
			await (await openStore({ databaseUrl: known, key: KEY })).close();

			const unknown = `${databaseUrl}?sslmode=verify-full`;
			await expect(openStore({ databaseUrl: unknown, key: KEY })).rejects.toMatchObject({
				code: 'SES_DATABASE_REFUSED',
				message: expect.stringMatching(/certificate/),
			});
			await rm(folder, { recursive: true });
		},
		START_MS,
	);
});
