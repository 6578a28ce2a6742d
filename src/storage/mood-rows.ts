import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EmotionLabel, MoodEntry } from '../domain/index.ts';
import { seal, timeContext, unseal } from './crypto.ts';
import { decodeLabel, decodeMood, encodeLabel, encodeMood } from './mood-codec.ts';
import type { MoodSubject } from './mood-subjects.ts';
import type { MoodEntriesTable } from './schema.ts';
import type { Vault } from './vault.ts';

/** About 5 ms of work. */
const WITHOUT_PAUSE = 1_000;

/** What is kept of an entry apart from whose it is, which the subject of its row knows. */
export type OpenedMood = Omit<MoodEntry, 'guildId' | 'speakerId'>;

/** An entry as its row. @param subject whose key it is sealed with */
export function sealMood(vault: Vault, subject: MoodSubject, entry: MoodEntry): MoodEntriesTable {
	const utterance = vault.pseudonym('utterance', entry.sessionId, entry.utteranceId);
	return {
		subject_id: subject.id,
		at: entry.at,
		utterance,
		sealed: seal(subject.dataKey, encodeMood(entry), timeContext(entry.at)),
		contested: entry.contested === undefined ? null : sealContested(subject, utterance, entry.contested),
	};
}

/** @throws UnsealError, RangeError when the row is damaged */
export function openMood(subject: MoodSubject, row: Omit<MoodEntriesTable, 'subject_id'>): OpenedMood {
	const at = Number(row.at);
	const payload = decodeMood(unseal(subject.dataKey, row.sealed, timeContext(at)));
	if (row.contested === null) return { at, ...payload };
	return { at, ...payload, contested: decodeLabel(unseal(subject.dataKey, row.contested, row.utterance)) };
}

/**
 * Opens the entries of one subject, with a pause now and then in which voices get their turn.
 *
 * @throws UnsealError, RangeError when a row is damaged
 */
export async function openMoods(
	subject: MoodSubject,
	rows: readonly Omit<MoodEntriesTable, 'subject_id'>[],
): Promise<OpenedMood[]> {
	const opened: OpenedMood[] = [];
	for (const row of rows) {
		opened.push(openMood(subject, row));
		if (opened.length % WITHOUT_PAUSE === 0) await nextTurn();
	}
	return opened;
}

/** Sealed for its utterance: what a member said of one thing cannot be moved to another. */
export const sealContested = (subject: MoodSubject, utterance: Uint8Array, label: EmotionLabel): Buffer =>
	seal(subject.dataKey, encodeLabel(label), utterance);
