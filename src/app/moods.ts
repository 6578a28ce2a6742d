import type { Log, MoodStore } from '../domain/index.ts';
import type { Store } from '../storage/index.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const PURGE_EVERY_MS = 60 * 60 * 1000;

/**
 * The store with moods that are kept elsewhere. What is promised to members holds there, too: erasing reaches both,
 * since the store keeps alerts of the member, and what is past its retention is purged.
 *
 * @returns disposing of it ends the purges and leaves both stores open
 */
export function keptElsewhere(store: Store, moods: MoodStore, retentionDays: number, log: Log): Store {
	const purge = (): void => {
		moods
			.purge(Date.now() - retentionDays * DAY_MS)
			.catch((error: unknown) => log.error({ error }, 'old moods could not be purged'));
	};
	purge();
	const purging = setInterval(purge, PURGE_EVERY_MS).unref();
	return {
		...store,
		moods: {
			record: (entry) => moods.record(entry),
			list: (query) => moods.list(query),
			erase: async (guildId, userId) => {
				const [theirs, ours] = await Promise.all([moods.erase(guildId, userId), store.moods.erase(guildId, userId)]);
				return theirs + ours;
			},
			purge: (before) => moods.purge(before),
			contest: (...contested) => moods.contest(...contested),
			group: (query) => moods.group(query),
		},
		[Symbol.asyncDispose]: async () => clearInterval(purging),
	};
}
