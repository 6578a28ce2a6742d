import { randomInt } from 'node:crypto';
import type {
	ChartedMood,
	EmotionLabel,
	GroupEntry,
	GroupQuery,
	MoodEntry,
	MoodQuery,
	MoodStore,
} from '../domain/index.ts';
import { communityPseudonym } from './communities.ts';
import { readingAll } from './failures.ts';
import { destroyKey, type PurgeScope, purgeEntries, sweep } from './mood-deletion.ts';
import {
	openAll,
	openForChart,
	openMood,
	type SealedMood,
	sealContested,
	sealMood,
	selectMoods,
	utterancePseudonym,
} from './mood-rows.ts';
import {
	ensureSubjects,
	findSubjects,
	type MemberIds,
	type MoodSubject,
	memberPseudonym,
	subjectsOf,
} from './mood-subjects.ts';
import { MoodWriter } from './mood-writer.ts';
import type { MoodEntriesTable, StoreDatabase } from './schema.ts';
import type { Vault } from './vault.ts';

export interface MoodStoreParts {
	readonly db: StoreDatabase;
	readonly vault: Vault;
	/** Named in errors. */
	readonly file: string;
	readonly onWriteFailure: (error: unknown) => void;
	/** Makes sure that nothing of a deleted row lingers outside the database. */
	readonly scrub: () => Promise<void>;
	/** What else is forgotten with a member's moods, in the same transaction. */
	readonly alsoErase?: (db: StoreDatabase, guildId: string, userId: string) => Promise<void>;
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

	list(query: MoodQuery): Promise<MoodEntry[]> {
		const owner = { guildId: query.guildId, speakerId: query.userId };
		return this.#list(query, (subject, row) => openMood(subject, row, owner));
	}

	listForChart(query: MoodQuery): Promise<ChartedMood[]> {
		return this.#list(query, openForChart);
	}

	async #list<Opened extends ChartedMood>(
		query: MoodQuery,
		open: (subject: MoodSubject, row: SealedMood) => Opened,
	): Promise<Opened[]> {
		await this.#writer.flush();
		const subject = await this.#subject(query);
		if (!subject) return [];
		const rows = await selectMoods(this.#parts.db, subject)
			.where('at', '>=', query.from)
			.where('at', '<', query.to)
			.orderBy('at')
			.execute();
		const opened = await readingAll(this.#parts.file, () => openAll(rows, (row) => open(subject, row)));
		return opened.sort(byTime);
	}

	async group({ guildId, channelId, from, to }: GroupQuery): Promise<GroupEntry[]> {
		const { db, vault, file } = this.#parts;
		await this.#writer.flush();
		const subjects = shuffled(await subjectsOf(db, vault, guildId, file));
		const entries: GroupEntry[] = [];
		let contributor = 0;
		for (const subject of subjects) {
			const rows = await selectMoods(db, subject).where('at', '>=', from).where('at', '<', to).execute();
			const opened = await readingAll(file, () => openAll(rows, (row) => openMood(subject, row, { contributor })));
			const wanted = opened.filter((entry) => channelId === undefined || entry.channelId === channelId);
			for (const entry of wanted) entries.push(entry);
			if (wanted.length > 0) contributor += 1;
		}
		return entries.sort(byTime);
	}

	async contest(
		guildId: string,
		userId: string,
		utteranceId: string,
		label: EmotionLabel | undefined,
	): Promise<boolean> {
		const { db, vault, file } = this.#parts;
		await this.#writer.flush();
		const subject = await this.#subject({ guildId, userId });
		if (!subject) return false;
		const rows = await selectMoods(db, subject).orderBy('at', 'desc').execute();
		const opened = await readingAll(file, () => openAll(rows, (row) => openMood(subject, row, {})));
		const entry = opened.find((each) => each.utteranceId === utteranceId);
		if (!entry) return false;
		const utterance = utterancePseudonym(vault, entry);
		const result = await db
			.updateTable('mood_entries')
			.set({ contested: label === undefined ? null : sealContested(subject, utterance, label) })
			.where('subject_id', '=', subject.id)
			.where('at', '=', entry.at)
			.where('utterance', '=', utterance)
			.executeTakeFirst();
		return Number(result.numUpdatedRows) > 0;
	}

	erase(guildId: string, userId: string): Promise<number> {
		const { db, vault, scrub, alsoErase } = this.#parts;
		const dropped = this.#writer.discard((entry) => entry.guildId === guildId && entry.speakerId === userId);
		const member = memberPseudonym(vault, { guildId, userId });
		return this.#writer.exclusively(async () => {
			const erased = await db.transaction().execute(async (transaction) => {
				const entries = await destroyKey(transaction, member);
				await alsoErase?.(transaction, guildId, userId);
				return entries;
			});
			await sweep(db);
			await scrub();
			return erased + dropped;
		});
	}

	purge(before: number): Promise<number> {
		return this.#purge({ before });
	}

	purgeGuild(guildId: string, before: number): Promise<number> {
		return this.purgeCommunity(communityPseudonym(this.#parts.vault, guildId), before);
	}

	/** As {@link purge}, in one community only. @param guild its pseudonym */
	purgeCommunity(guild: Uint8Array, before: number): Promise<number> {
		return this.#purge({ before, guild });
	}

	async #purge(scope: PurgeScope): Promise<number> {
		const { db, scrub } = this.#parts;
		await this.#writer.flush();
		return this.#writer.exclusively(async () => {
			const swept = await sweep(db);
			const purged = await purgeEntries(db, scope);
			if (swept || purged > 0) await scrub();
			return purged;
		});
	}

	/** Takes nothing more and writes what waits. */
	close(): Promise<void> {
		return this.#writer.close();
	}

	async #subject(ids: MemberIds): Promise<MoodSubject | undefined> {
		const { db, vault, file } = this.#parts;
		const member = memberPseudonym(vault, ids);
		return (await findSubjects(db, vault, [member], file)).get(member.toString('hex'));
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
			const rows = new Map<string, MoodEntriesTable>();
			for (const { entry, member } of owned) {
				const subject = subjects.get(member);
				if (!subject) throw new Error('a mood subject vanished while it was made');
				const row = sealMood(vault, subject, entry);
				// One statement may not touch a row twice: of repeats within the batch the last counts.
				rows.set(`${row.subject_id} ${row.at} ${Buffer.from(row.utterance).toString('hex')}`, row);
			}
			await transaction
				.insertInto('mood_entries')
				.values([...rows.values()])
				.onConflict((conflict) =>
					conflict.columns(['subject_id', 'at', 'utterance']).doUpdateSet(({ ref, fn }) => ({
						sealed: ref('excluded.sealed'),
						// What the member said of it stands when it is recorded again.
						contested: fn.coalesce('excluded.contested', 'mood_entries.contested'),
					})),
				)
				.execute();
		});
	}
}

const byTime = (a: ChartedMood, b: ChartedMood): number => a.at - b.at || a.startMs - b.startMs;

/** Fisher and Yates: no order that could be told again. */
function shuffled<T>(items: readonly T[]): T[] {
	const result = [...items];
	for (let last = result.length - 1; last > 0; last--) {
		const other = randomInt(last + 1);
		[result[last], result[other]] = [result[other] as T, result[last] as T];
	}
	return result;
}
