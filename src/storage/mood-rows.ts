import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChartedMood, EmotionLabel, MoodEntry } from '../domain/index.ts';
import { seal, timeContext, unseal } from './crypto.ts';
import { decodeForChart, decodeLabel, decodeMood, encodeLabel, encodeMood } from './mood-codec.ts';
import type { MoodSubject } from './mood-subjects.ts';
import type { MoodEntriesTable, StoreDatabase } from './schema.ts';
import type { Vault } from './vault.ts';

/** About 5 ms of work. */
const WITHOUT_PAUSE = 1_000;

/** What is kept of an entry apart from whose it is, which the subject of its row knows. */
export type OpenedMood = Omit<MoodEntry, 'guildId' | 'speakerId'>;

/** What it takes to open an entry. */
export interface SealedMood extends Pick<MoodEntriesTable, 'at' | 'sealed' | 'contested'> {
	/** Only for what was contested; left out elsewhere, since each value that SQLite hands out costs. */
	readonly utterance: Uint8Array | null;
}

/** Sealed entries of one subject. */
export const selectMoods = (db: StoreDatabase, { id }: MoodSubject) =>
	db
		.selectFrom('mood_entries')
		.select(({ eb }) => [
			'at',
			'sealed',
			'contested',
			eb.case().when('contested', 'is not', null).then(eb.ref('utterance')).end().as('utterance'),
		])
		.where('subject_id', '=', id);

export const utterancePseudonym = (
	vault: Vault,
	{ sessionId, utteranceId }: Pick<MoodEntry, 'sessionId' | 'utteranceId'>,
): Buffer => vault.pseudonym('utterance', sessionId, utteranceId);

/** An entry as its row. @param subject whose key it is sealed with */
export function sealMood(vault: Vault, subject: MoodSubject, entry: MoodEntry): MoodEntriesTable {
	const utterance = utterancePseudonym(vault, entry);
	return {
		subject_id: subject.id,
		at: entry.at,
		utterance,
		sealed: seal(subject.dataKey, encodeMood(entry), timeContext(entry.at)),
		contested: entry.contested === undefined ? null : sealContested(subject, utterance, entry.contested),
	};
}

/**
 * @param known what else is known of the entry, as whose it is; becomes a part of it
 * @throws UnsealError, RangeError when the row is damaged
 */
export function openMood<Known extends object>(
	subject: MoodSubject,
	row: SealedMood,
	known: Known,
): Known & OpenedMood {
	const at = Number(row.at);
	return withContested(subject, row, decodeMood(unsealMood(subject, row, at), { ...known, at }));
}

/** As {@link openMood}, no more than a chart shows. */
export function openForChart(subject: MoodSubject, row: SealedMood): ChartedMood {
	const at = Number(row.at);
	return withContested(subject, row, decodeForChart(unsealMood(subject, row, at), at));
}

const unsealMood = ({ dataKey }: MoodSubject, { sealed }: SealedMood, at: number): Buffer =>
	unseal(dataKey, sealed, timeContext(at));

function withContested<Entry extends ChartedMood>(
	{ dataKey }: MoodSubject,
	{ contested, utterance }: SealedMood,
	entry: Entry,
): Entry {
	if (contested === null || utterance === null) return entry;
	return { ...entry, contested: decodeLabel(unseal(dataKey, contested, utterance)) };
}

/** Opens rows one by one, with a pause now and then in which voices get their turn. */
export async function openAll<Opened>(
	rows: readonly SealedMood[],
	open: (row: SealedMood) => Opened,
): Promise<Opened[]> {
	const opened: Opened[] = [];
	for (const row of rows) {
		opened.push(open(row));
		if (opened.length % WITHOUT_PAUSE === 0) await nextTurn();
	}
	return opened;
}

/** Sealed for its utterance: what a member said of one thing cannot be moved to another. */
export const sealContested = (subject: MoodSubject, utterance: Uint8Array, label: EmotionLabel): Buffer =>
	seal(subject.dataKey, encodeLabel(label), utterance);
