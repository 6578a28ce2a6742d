import { stat } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/domain/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { alertRecord } from '../contracts/alert-store.ts';
import { auditEntry } from '../contracts/audit-store.ts';
import { moodEntry } from '../contracts/mood-store.ts';
import { formsOf, type Workplace, workplace } from './support.ts';

const GUILD = '1102938475610293847';
const USER = '902837465019283746';
const OTHER = '402837465019283741';

/** 12 bytes of a sealed value are as good as unique, and enough to find a torn piece of it. */
const FRAGMENT_BYTES = 12;

describe('what lies on the disk', () => {
	let place: Workplace;
	beforeEach(async () => {
		place = await workplace();
	});
	afterEach(() => place[Symbol.asyncDispose]());

	const fill = async (count: number, users: readonly string[] = [USER]) => {
		const store = await openStore({ file: place.file, keyFile: place.keyFile });
		for (let index = 0; index < count; index++) {
			const speakerId = users[index % users.length] ?? USER;
			await store.moods.record(
				moodEntry(index, { guildId: GUILD, speakerId, sessionId: 'session-abcdef', channelId: 'channel-abcdef' }),
			);
		}
		for (const user of users) await store.consents.give(GUILD, user);
		const inGuild = { guildId: GUILD, channelId: 'channel-abcdef', speakers: [...users], sessionId: 'session-abcdef' };
		await store.alerts.add(alertRecord(1, inGuild));
		await store.audit.add(auditEntry(1, { guildId: GUILD, actor: USER, detail: 'because of anger' }));
		await store.settings.set(GUILD, { attestation: { at: 1, by: USER }, channels: ['channel-abcdef'] });
		await store.flush();
		return store;
	};

	it('holds no id and no label, neither in the tables nor in the log', async () => {
		await using store = await fill(300);
		const secrets = [
			...formsOf(USER),
			...formsOf(GUILD),
			...[
				...EMOTIONS,
				'unsure',
				'reveal',
				'sustained',
				'monitor',
				'moderator',
				'session-abcdef',
				'channel-abcdef',
				'utterance-',
			].map((word) => Buffer.from(word)),
		];
		const whileOpen = await place.rawBytes();
		expect(whileOpen.length).toBeGreaterThan(300 * 200);
		for (const secret of secrets) expect(whileOpen.includes(secret), secret.toString()).toBe(false);

		await store.close();
		const afterwards = await place.rawBytes();
		for (const secret of secrets) expect(afterwards.includes(secret), secret.toString()).toBe(false);
	});

	it('would be seen by the scan if it were there', async () => {
		await using _store = await fill(1);
		const database = new DatabaseSync(place.file);
		database.exec(`create table leak (text_id text, integer_id bigint); insert into leak values ('${USER}', ${OTHER})`);
		database.close();
		const raw = await place.rawBytes();
		expect(formsOf(USER).some((form) => raw.includes(form))).toBe(true);
		expect(formsOf(OTHER).some((form) => raw.includes(form))).toBe(true);
	});

	it('is readable by its owner only', async () => {
		await using _store = await fill(1);
		for (const name of [place.file, `${place.file}-wal`, place.keyFile]) {
			expect((await stat(name)).mode & 0o777, name).toBe(0o600);
		}
	});

	it('keeps nothing of an erased member, not even sealed', async () => {
		await using store = await fill(4000, [USER, OTHER]);
		const { erased, kept } = sealedValues(place.file);
		expect(erased.length).toBeGreaterThan(4000);
		const before = await place.rawBytes();
		expect(countFound(before, erased)).toBe(erased.length);

		expect(await store.moods.erase(GUILD, USER)).toBe(2000);

		const after = await place.rawBytes();
		expect(countFound(after, erased)).toBe(0);
		expect(countFound(after, kept)).toBe(kept.length);
	});

	it('keeps nothing of a withdrawn consent', async () => {
		await using store = await fill(1);
		const database = new DatabaseSync(place.file, { readOnly: true });
		const [row] = database.prepare('select sealed, member, receipt from consents').all();
		database.close();
		const traces = [Buffer.from(row?.['sealed'] as Uint8Array), Buffer.from(row?.['member'] as Uint8Array)];
		traces.push(Buffer.from(String(row?.['receipt'])));
		const before = await place.rawBytes();
		for (const trace of traces) expect(before.includes(trace)).toBe(true);

		await store.consents.withdraw(GUILD, USER);
		const after = await place.rawBytes();
		for (const trace of traces) expect(after.includes(trace)).toBe(false);
	});
});

/** Pieces of all sealed values, told apart by whose they are: entries take turns, {@link USER} first. */
function sealedValues(file: string): { erased: Buffer[]; kept: Buffer[] } {
	const database = new DatabaseSync(file, { readOnly: true });
	const rows = database.prepare('select subject_id, sealed from mood_entries order by at').all();
	const subjects = database.prepare('select id, member, sealed from mood_subjects').all();
	database.close();
	const theirs = rows[0]?.['subject_id'];
	const piece = (value: unknown, start = 0) => Buffer.from(value as Uint8Array).subarray(start, start + FRAGMENT_BYTES);
	const erased: Buffer[] = [];
	const kept: Buffer[] = [];
	for (const row of rows) {
		(row['subject_id'] === theirs ? erased : kept).push(piece(row['sealed']), piece(row['sealed'], 100));
	}
	for (const subject of subjects) {
		(subject['id'] === theirs ? erased : kept).push(piece(subject['member']), piece(subject['sealed']));
	}
	return { erased, kept };
}

/** How many of `pieces` stand somewhere in `raw`; one pass, as there are thousands of them. */
function countFound(raw: Buffer, pieces: readonly Buffer[]): number {
	const byStart = Map.groupBy(pieces, (piece) => piece.readUInt32LE(0));
	const found = new Set<Buffer>();
	for (let offset = 0; offset + FRAGMENT_BYTES <= raw.length; offset++) {
		for (const piece of byStart.get(raw.readUInt32LE(offset)) ?? []) {
			if (raw.compare(piece, 0, FRAGMENT_BYTES, offset, offset + FRAGMENT_BYTES) === 0) found.add(piece);
		}
	}
	return found.size;
}
