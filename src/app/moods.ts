import type { GuildSettings, Log, MoodStore } from '../domain/index.ts';
import type { Store } from '../storage/index.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const PURGE_EVERY_MS = 60 * 60 * 1000;

export interface KeptElsewhereOptions {
	/** Where the moods are. */
	readonly moods: MoodStore;
	/** The operator's; communities choose less. */
	readonly retentionDays: number;
	/** Communities that are known at this moment; those that moods are recorded of are added. */
	readonly guildIds: () => Iterable<string>;
	readonly log: Log;
}

/** {@link Store} whose moods are somebody else's. */
export interface StoreWithMoodsElsewhere extends Store {
	/** Deletes what is past the operator's retention, or past a community's own. Never rejects. */
	purge(): Promise<void>;
}

/**
 * The store with moods that are kept elsewhere. What is promised to members holds there, too: erasing reaches both,
 * since the store keeps alerts of the member, and what is past its retention is purged, also where a community chose
 * a shorter one. Those it is told of by name only: of a community that the bot has left, and that nobody spoke in
 * since the start, the operator's retention holds.
 *
 * @returns disposing of it ends the purges and leaves both stores open
 */
export function keptElsewhere(
	store: Store,
	{ moods, retentionDays, guildIds, log }: KeptElsewhereOptions,
): StoreWithMoodsElsewhere {
	const heardOf = new Set<string>();
	const daysAgo = (days: number): number => Date.now() - days * DAY_MS;
	// One that fails leaves the others their turn.
	const attempt = (purging: Promise<unknown>): Promise<unknown> =>
		purging.catch((error: unknown) => log.error({ error }, 'old moods could not be purged'));
	const purgeGuild = async (guildId: string): Promise<void> => {
		const { retentionDays: days = retentionDays }: GuildSettings = await store.settings.get(guildId);
		if (days < retentionDays) await moods.purgeGuild(guildId, daysAgo(days));
	};
	const purge = async (): Promise<void> => {
		await attempt(moods.purge(daysAgo(retentionDays)));
		for (const guildId of new Set([...guildIds(), ...heardOf])) await attempt(purgeGuild(guildId));
	};
	void purge();
	const purging = setInterval(purge, PURGE_EVERY_MS).unref();
	return {
		...store,
		purge,
		moods: {
			record: (entry) => {
				heardOf.add(entry.guildId);
				return moods.record(entry);
			},
			list: (query) => moods.list(query),
			listForChart: (query) => moods.listForChart?.(query) ?? moods.list(query),
			erase: async (guildId, userId) => {
				const [theirs, ours] = await Promise.all([moods.erase(guildId, userId), store.moods.erase(guildId, userId)]);
				return theirs + ours;
			},
			purge: (before) => moods.purge(before),
			purgeGuild: (guildId, before) => moods.purgeGuild(guildId, before),
			contest: (...contested) => moods.contest(...contested),
			group: (query) => moods.group(query),
		},
		[Symbol.asyncDispose]: async () => clearInterval(purging),
	};
}
