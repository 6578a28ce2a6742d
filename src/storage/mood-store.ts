import type { MoodEntry, MoodQuery, MoodStore } from '../domain/index.ts';
import { reading } from './failures.ts';
import { decodeMood, encodeMood } from './mood-codec.ts';
import { ensureSubjects, findSubjects, type MemberIds, memberPseudonym } from './mood-subjects.ts';
import { MoodWriter } from './mood-writer.ts';
import type { StoreDatabase } from './schema.ts';
import { seal, unseal, type Vault } from './vault.ts';

export interface MoodStoreParts {
	readonly db: StoreDatabase;
	readonly vault: Vault;
	/** Named in errors. */
	readonly file: string;
	readonly onWriteFailure: (error: unknown) => void;
	/** Makes sure that nothing of a deleted row lingers outside the database. */
	readonly scrub: () => Promise<void>;
}

/**
 * {@link MoodStore} in a database. What a voice said is sealed with a key of its member's own; only
 * the time stays readable, for queries and retention.
 *
 * `record` resolves when an entry is accepted; it reaches the disk within a quarter of a second.
 */
export class DatabaseMoodStore implements MoodStore {
	readonly #parts: MoodStoreParts;
	readonly #writer: MoodWriter;

	constructor(parts: MoodStoreParts) {
		this.#parts = parts;
		this.#writer = new MoodWriter({
			write: (batch) => this.#write(batch),
			onFailure: parts.onWriteFailure,
			file: parts.file,
		});
	}

	/** Recording an utterance again replaces its entry. @throws SesError `SES_STORE_UNUSABLE` */
	async record(entry: MoodEntry): Promise<void> {
		this.#writer.add(entry);
	}

	/** Resolves when all that was recorded is on the disk. @throws SesError `SES_STORE_UNUSABLE` */
	flush(): Promise<void> {
		return this.#writer.flush();
	}

	async list(query: MoodQuery): Promise<MoodEntry[]> {
		const { db, vault, file } = this.#parts;
		await this.#writer.flush();
		const member = memberPseudonym(vault, query);
		const subject = (await findSubjects(db, vault, [member], file)).get(member.toString('hex'));
		if (!subject) return [];
		const rows = await db
			.selectFrom('mood_entries')
			.select(['at', 'sealed'])
			.where('subject_id', '=', subject.id)
			.where('at', '>=', query.from)
			.where('at', '<', query.to)
			.orderBy('at')
			.execute();
		const entries = reading(file, () =>
			rows.map((row): MoodEntry => {
				const at = Number(row.at);
				const payload = decodeMood(unseal(subject.dataKey, row.sealed, timeContext(at)));
				return { guildId: query.guildId, speakerId: query.userId, at, ...payload };
			}),
		);
		return entries.sort((a, b) => a.at - b.at || a.startMs - b.startMs);
	}

	erase(guildId: string, userId: string): Promise<number> {
		const { db, vault, scrub } = this.#parts;
		const dropped = this.#writer.discard((entry) => entry.guildId === guildId && entry.speakerId === userId);
		const member = memberPseudonym(vault, { guildId, userId });
		return this.#writer.exclusively(async () => {
			const erased = await db.transaction().execute(async (transaction) => {
				const row = await transaction
					.selectFrom('mood_subjects')
					.innerJoin('mood_entries', 'mood_entries.subject_id', 'mood_subjects.id')
					.select(({ fn }) => fn.countAll().as('entries'))
					.where('member', '=', member)
					.executeTakeFirstOrThrow();
				// The entries go with their subject (on delete cascade), and so does the key to any trace of them.
				await transaction.deleteFrom('mood_subjects').where('member', '=', member).execute();
				return Number(row.entries);
			});
			await scrub();
			return erased + dropped;
		});
	}

	async purge(before: number): Promise<number> {
		const { db, scrub } = this.#parts;
		await this.#writer.flush();
		return this.#writer.exclusively(async () => {
			const purged = await db.transaction().execute(async (transaction) => {
				const result = await transaction.deleteFrom('mood_entries').where('at', '<', before).executeTakeFirst();
				await transaction
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
				return Number(result.numDeletedRows);
			});
			if (purged > 0) await scrub();
			return purged;
		});
	}

	/** Takes nothing more and writes what waits. */
	close(): Promise<void> {
		return this.#writer.close();
	}

	async #write(batch: readonly MoodEntry[]): Promise<void> {
		const { db, vault, file } = this.#parts;
		const members = new Map<string, MemberIds>();
		const owned = batch.map((entry) => {
			const ids = { guildId: entry.guildId, userId: entry.speakerId };
			const member = memberPseudonym(vault, ids).toString('hex');
			members.set(member, ids);
			return { entry, member };
		});
		await db.transaction().execute(async (transaction) => {
			const subjects = await ensureSubjects(transaction, vault, members, file);
			const rows = new Map<string, { subject_id: number; at: number; utterance: Buffer; sealed: Buffer }>();
			for (const { entry, member } of owned) {
				const subject = subjects.get(member);
				if (!subject) throw new Error('a mood subject vanished while it was made');
				const utterance = vault.pseudonym('utterance', entry.sessionId, entry.utteranceId);
				// One statement may not touch a row twice: of repeats within the batch the last counts.
				rows.set(`${subject.id} ${entry.at} ${utterance.toString('hex')}`, {
					subject_id: subject.id,
					at: entry.at,
					utterance,
					sealed: seal(subject.dataKey, encodeMood(entry), timeContext(entry.at)),
				});
			}
			await transaction
				.insertInto('mood_entries')
				.values([...rows.values()])
				.onConflict((conflict) =>
					conflict
						.columns(['subject_id', 'at', 'utterance'])
						.doUpdateSet(({ ref }) => ({ sealed: ref('excluded.sealed') })),
				)
				.execute();
		});
	}
}

/** An entry opens at its own time only: rows cannot be moved along the time line unnoticed. */
const timeContext = (at: number): Buffer => {
	const context = Buffer.alloc(8);
	context.writeDoubleBE(at);
	return context;
};
