import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptElsewhere } from '../../src/app/moods.ts';
import { openStore, type Store } from '../../src/storage/index.ts';
import { moodEntry, moodStoreContract } from '../contracts/mood-store.ts';
import { SILENT_LOG } from '../support/discord.ts';

const open = (): Promise<Store> => openStore({ file: ':memory:', key: '00'.repeat(32) });

moodStoreContract('moods that are kept elsewhere', async () => {
	const stack = new AsyncDisposableStack();
	const [store, theirs] = [stack.use(await open()), stack.use(await open())];
	const { moods } = stack.use(keptElsewhere(store, theirs.moods, 30, SILENT_LOG));
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
		const kept = stack.use(keptElsewhere(store, theirs.moods, 30, SILENT_LOG));
		await kept.moods.record(moodEntry(2));
		expect(await store.moods.list(query)).toHaveLength(1);
		expect(await kept.moods.list(query)).toMatchObject([{ utteranceId: 'utterance-2' }]);
		expect(await kept.moods.erase(guildId, userId)).toBe(2);
		expect(await store.moods.list(query)).toEqual([]);
		expect(await theirs.moods.list(query)).toEqual([]);
	});
});
