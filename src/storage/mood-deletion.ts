import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoreDatabase } from './schema.ts';

/** About 10 ms of SQLite's work: the event loop, and the voice in it, goes on between two slices. */
const SLICE = 2_000;
/** Takes the place of a community's pseudonym where only the deleting is left to do. */
export const ERASED = Buffer.alloc(0);

/** Which entries a purge is about. */
export interface PurgeScope {
	readonly before: number;
	/** Pseudonym of the one community to look at; all when not set. */
	readonly guild?: Uint8Array | undefined;
}

/**
 * Makes all entries of a member unreadable at once, by destroying the key that they are sealed with, and
 * cuts the tie to the member. What is left over is deleted by {@link sweep}.
 *
 * @param transaction one that commits before the sweep
 * @returns how many entries that were
 */
export async function destroyKey(transaction: StoreDatabase, member: Uint8Array): Promise<number> {
	const subject = await transaction
		.selectFrom('mood_subjects')
		.select('id')
		.where('member', '=', member)
		.executeTakeFirst();
	if (!subject) return 0;
	const { entries } = await transaction
		.selectFrom('mood_entries')
		.select(({ fn }) => fn.countAll().as('entries'))
		.where('subject_id', '=', subject.id)
		.executeTakeFirstOrThrow();
	await transaction
		.updateTable('mood_subjects')
		.set({ member: randomBytes(member.length), guild: ERASED, sealed: ERASED })
		.where('id', '=', subject.id)
		.execute();
	return Number(entries);
}

/** Deletes what erasures have left over, also those that a crash has cut short. @returns whether there was anything */
export async function sweep(db: StoreDatabase): Promise<boolean> {
	const erased = await db.selectFrom('mood_subjects').select('id').where('guild', '=', ERASED).execute();
	for (const { id } of erased) {
		await inSlices((slice) => deleteSlice(db, slice, (entries) => entries.where('subject_id', '=', id)));
		await db.deleteFrom('mood_subjects').where('id', '=', id).execute();
	}
	return erased.length > 0;
}

/** Deletes what is old, and members of whom nothing is left. @returns how many entries are gone */
export async function purgeEntries(db: StoreDatabase, { before, guild }: PurgeScope): Promise<number> {
	const purged = await inSlices((slice) =>
		deleteSlice(db, slice, (entries) => {
			// From member to member: each has their entries in order of time.
			const members = db.selectFrom('mood_subjects').select('id');
			const scope = guild ? members.where('guild', '=', guild) : members;
			return entries.where('subject_id', 'in', scope).where('at', '<', before);
		}),
	);
	await db
		.deleteFrom('mood_subjects')
		.where(({ not, exists, selectFrom }) =>
			not(
				exists(
					selectFrom('mood_entries')
						.select('mood_entries.at')
						.whereRef('mood_entries.subject_id', '=', 'mood_subjects.id'),
				),
			),
		)
		.execute();
	return purged;
}

const selectKeys = (db: StoreDatabase) => db.selectFrom('mood_entries').select(['subject_id', 'at', 'utterance']);
type Keys = ReturnType<typeof selectKeys>;

async function deleteSlice(db: StoreDatabase, most: number, which: (entries: Keys) => Keys): Promise<number> {
	const keys = which(selectKeys(db)).limit(most);
	const result = await db
		.deleteFrom('mood_entries')
		.where(({ eb, refTuple }) =>
			eb(refTuple('subject_id', 'at', 'utterance'), 'in', keys.$asTuple('subject_id', 'at', 'utterance')),
		)
		.executeTakeFirst();
	return Number(result.numDeletedRows);
}

async function inSlices(deleteUpTo: (most: number) => Promise<number>): Promise<number> {
	let total = 0;
	for (;;) {
		const deleted = await deleteUpTo(SLICE);
		total += deleted;
		if (deleted < SLICE) return total;
		await nextTurn();
	}
}
