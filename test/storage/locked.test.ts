import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SesError } from '../../src/domain/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { moodEntry } from '../contracts/mood-store.ts';
import { until } from '../support/until.ts';
import { type Workplace, workplace } from './support.ts';

const EVERYTHING = { guildId: 'guild-a', userId: 'user-1', from: 0, to: Number.MAX_SAFE_INTEGER };

describe('a database that cannot be written for a while', () => {
	let place: Workplace;
	beforeEach(async () => {
		place = await workplace();
	});
	afterEach(() => place[Symbol.asyncDispose]());

	it('waits for another process without stopping the event loop', async () => {
		await using store = await openStore({ file: place.file, keyFile: place.keyFile });
		const other = new DatabaseSync(place.file);
		other.exec('begin immediate');
		const giving = store.consents.give('guild-a', 'user-1');
		let ticks = 0;
		const ticking = setInterval(() => ticks++, 10);
		// Were it waited for in SQLite, nothing would tick until it gave up.
		await until(() => ticks > 5);
		clearInterval(ticking);
		other.exec('commit');
		other.close();
		expect((await giving).userId).toBe('user-1');
	});

	it('reports a full disk, keeps what it could not write, and catches up', async () => {
		const failures: SesError[] = [];
		await using store = await openStore(
			{ file: place.file, keyFile: place.keyFile },
			{ onFailure: (error) => failures.push(error) },
		);
		await store.moods.record(moodEntry(0));
		await store.flush();
		// A trigger stands in for the disk: SQLite raises what we ask it to.
		const other = new DatabaseSync(place.file);
		other.exec(`create trigger full before insert on mood_entries begin select raise(abort, 'no space'); end`);
		for (let index = 1; index < 5; index++) await store.moods.record(moodEntry(index));
		await sleep(400);
		expect(failures.map((failure) => failure.code)).toEqual(['SES_STORE_UNUSABLE']);
		await expect(store.flush()).rejects.toMatchObject({ code: 'SES_STORE_UNUSABLE' });

		other.exec('drop trigger full');
		other.close();
		await sleep(1200);
		const reader = new DatabaseSync(place.file, { readOnly: true });
		expect(reader.prepare('select count(*) as n from mood_entries').get()).toEqual({ n: 5 });
		reader.close();
		expect(await store.moods.list(EVERYTHING)).toHaveLength(5);
	});

	it('does not write an erased entry whose writing had failed', async () => {
		await using store = await openStore({ file: place.file, keyFile: place.keyFile });
		const other = new DatabaseSync(place.file);
		other.exec(`create trigger full before insert on mood_entries begin select raise(abort, 'no space'); end`);
		await store.moods.record(moodEntry(1));
		await store.moods.record(moodEntry(2, { speakerId: 'user-2' }));
		const writing = store.flush();
		const erasing = store.moods.erase('guild-a', 'user-1');
		await expect(writing).rejects.toMatchObject({ code: 'SES_STORE_UNUSABLE' });
		await erasing;
		other.exec('drop trigger full');
		other.close();
		await store.flush();
		expect(await store.moods.list(EVERYTHING)).toEqual([]);
		expect(await store.moods.list({ ...EVERYTHING, userId: 'user-2' })).toHaveLength(1);
	});
});
