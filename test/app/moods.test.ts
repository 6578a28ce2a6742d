import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptElsewhere } from '../../src/app/moods.ts';
import type { MoodStore } from '../../src/domain/index.ts';
import { openStore, type Store } from '../../src/storage/index.ts';
import { moodEntry, moodStoreContract } from '../contracts/mood-store.ts';
import { SILENT_LOG } from '../support/discord.ts';

const open = (): Promise<Store> => openStore({ file: ':memory:', key: '00'.repeat(32) });

const kept = (store: Store, moods: MoodStore, guildIds: readonly string[] = []) =>
	keptElsewhere(store, { moods, retentionDays: 30, guildIds: () => guildIds, log: SILENT_LOG });

moodStoreContract('moods that are kept elsewhere', async () => {
	const stack = new AsyncDisposableStack();
	const [store, theirs] = [stack.use(await open()), stack.use(await open())];
	const { moods } = stack.use(kept(store, theirs.moods));
	return { moods, [Symbol.asyncDispose]: () => stack.disposeAsync() };
});

describe('keptElsewhere', () => {
	let stack: AsyncDisposableStack;
	beforeEach(() => {
		stack = new AsyncDisposableStack();
	});
	afterEach(() => stack.disposeAsync());

	it('records in the one store alone, and erases in both', async () => {
		const [store, theirs] = [stack.use(await open()), stack.use(await open())];
		const entry = moodEntry(1);
		const { guildId, speakerId: userId } = entry;
		const query = { guildId, userId, from: 0, to: Date.now() + 60_000 };
		// From the time before the moods moved.
		await store.moods.record(entry);
		const both = stack.use(kept(store, theirs.moods));
		await both.moods.record(moodEntry(2));
		expect(await store.moods.list(query)).toHaveLength(1);
		expect(await both.moods.list(query)).toMatchObject([{ utteranceId: 'utterance-2' }]);
		expect(await both.moods.erase(guildId, userId)).toBe(2);
		expect(await store.moods.list(query)).toEqual([]);
		expect(await theirs.moods.list(query)).toEqual([]);
	});

	it('holds the shorter retention that a community chose, and the operator’s elsewhere', async () => {
		const [store, theirs] = [stack.use(await open()), stack.use(await open())];
		const daysOld = (days: number, guildId: string) =>
			moodEntry(days, { guildId, at: Date.now() - days * 24 * 60 * 60 * 1000 });
		for (const guildId of ['week', 'month', 'unknown', 'spoken-in']) {
			for (const days of [1, 8, 29, 31]) await theirs.moods.record(daysOld(days, guildId));
		}
		for (const guildId of ['week', 'unknown', 'spoken-in']) await store.settings.set(guildId, { retentionDays: 7 });
		const both = stack.use(kept(store, theirs.moods, ['week', 'month']));
		await both.moods.record(daysOld(2, 'spoken-in'));
		await both.purge();
		const left = async (guildId: string) => {
			const entries = await theirs.moods.list({ guildId, userId: 'user-1', from: 0, to: Date.now() + 1 });
			return entries.map(({ utteranceId }) => Number(utteranceId.replace('utterance-', '')));
		};
		expect(await left('week')).toEqual([1]);
		expect(await left('month')).toEqual([29, 8, 1]);
		expect(await left('spoken-in')).toEqual([2, 1]);
		// Nobody can name it: what the operator chose holds.
		expect(await left('unknown')).toEqual([29, 8, 1]);
	});

	it('goes on with other communities where one cannot be purged', async () => {
		const [store, theirs] = [stack.use(await open()), stack.use(await open())];
		for (const guildId of ['a', 'b']) await store.settings.set(guildId, { retentionDays: 7 });
		const purged: string[] = [];
		const moods = Object.assign(Object.create(theirs.moods) as MoodStore, {
			purge: async () => 0,
			purgeGuild: async (guildId: string) => {
				if (guildId === 'a') throw new Error('no such table');
				purged.push(guildId);
				return 0;
			},
		});
		const both = stack.use(kept(store, moods, ['a', 'b']));
		await both.purge();
		expect(purged).toContain('b');
	});
});
