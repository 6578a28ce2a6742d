import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/storage/index.ts';
import { alertRecord } from '../contracts/alert-store.ts';
import { auditEntry } from '../contracts/audit-store.ts';
import { moodEntry } from '../contracts/mood-store.ts';
import { type Workplace, workplace } from './support.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.now();
const EVER = { from: 0, limit: 100 };
const ago = (days: number) => NOW - days * DAY_MS;

describe('retention', () => {
	let place: Workplace;
	beforeEach(async () => {
		place = await workplace();
	});
	afterEach(() => place[Symbol.asyncDispose]());
	const open = (days: { retentionDays?: number; auditDays?: number } = {}) =>
		openStore({ file: place.file, keyFile: place.keyFile, ...days }, { clock: () => NOW });
	const moodsOf = async (store: Awaited<ReturnType<typeof open>>, guildId: string) =>
		(await store.moods.list({ guildId, userId: 'user-1', from: 0, to: NOW })).map(({ at }) => (NOW - at) / DAY_MS);

	it('is as short as a community wants it, and never longer than the configuration says', async () => {
		const first = await open();
		const guilds = ['guild-a', 'guild-b', 'guild-c'];
		for (const guildId of guilds) {
			for (const days of [1, 6, 12, 20]) {
				await first.moods.record(moodEntry(days, { guildId, at: ago(days) }));
				await first.alerts.add(alertRecord(days, { guildId, at: ago(days) }));
			}
		}
		await first.settings.set('guild-a', { retentionDays: 10 });
		await first.settings.set('guild-b', { retentionDays: 300 });
		await first.close();

		await using second = await open({ retentionDays: 15 });
		expect(await moodsOf(second, 'guild-a')).toEqual([6, 1]);
		expect(await moodsOf(second, 'guild-b')).toEqual([12, 6, 1]);
		expect(await moodsOf(second, 'guild-c')).toEqual([12, 6, 1]);
		const alerts = async (guildId: string) => (await second.alerts.list(guildId, EVER)).map(({ alertId }) => alertId);
		expect(await alerts('guild-a')).toEqual(['alert-1', 'alert-6']);
		expect(await alerts('guild-b')).toEqual(['alert-1', 'alert-6', 'alert-12']);
	});

	it('keeps the audit log for a year, or as configured', async () => {
		const first = await open();
		for (const days of [10, 100, 364, 366]) await first.audit.add(auditEntry(days, { at: ago(days) }));
		await first.close();
		const listed = async (store: typeof first) =>
			(await store.audit.list('guild-a', EVER)).map(({ subject }) => subject);
		const second = await open();
		expect(await listed(second)).toEqual(['alert-10', 'alert-100', 'alert-364']);
		await second.close();
		await using third = await open({ auditDays: 50 });
		expect(await listed(third)).toEqual(['alert-10']);
	});

	it('brings moods of an older release into their community', async () => {
		const first = await open();
		for (const days of [1, 6]) await first.moods.record(moodEntry(days, { at: ago(days) }));
		await first.settings.set('guild-a', { retentionDays: 3 });
		await first.close();
		const database = new DatabaseSync(place.file);
		database.exec('update mood_subjects set guild = null');
		database.close();
		await using second = await open();
		expect(await moodsOf(second, 'guild-a')).toEqual([1]);
		expect(await second.moods.group({ guildId: 'guild-a', from: 0, to: NOW })).toHaveLength(1);
	});

	it('deletes more than one slice, and members of whom nothing is left', async () => {
		await using store = await open();
		for (let index = 0; index < 5000; index++) {
			await store.moods.record(moodEntry(index, { at: ago(2) + index, speakerId: `user-${index % 3}` }));
		}
		await store.moods.record(moodEntry(1, { at: ago(1) }));
		expect(await store.moods.purge(ago(1.5))).toBe(5000);
		expect(await store.check()).toMatchObject({ entries: 1, members: 1 });
	});
});
