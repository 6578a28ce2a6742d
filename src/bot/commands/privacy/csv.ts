import { EMOTIONS, type MoodEntry } from '../../../domain/index.ts';

/** Texts that a spreadsheet would run as a formula begin with one of these (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * One cell of a CSV file (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in
 * front; a number is none.
 */
export function csvCell(value: string | number | undefined): string {
	if (value === undefined) return '';
	if (typeof value === 'number') return String(value);
	const text = FORMULA.test(value) ? `'${value}` : value;
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const line = (cells: readonly (string | number | undefined)[]): string => `${cells.map(csvCell).join(',')}\r\n`;

export const MOOD_CSV_HEADER = line([
	'time',
	'channel_id',
	'channel_name',
	'session',
	'utterance',
	'start_ms',
	'end_ms',
	'label',
	'corrected_to',
	'confidence',
	'valence',
	'arousal',
	...EMOTIONS.map((emotion) => `p_${emotion}`),
	'level_db',
	'snr_db',
	'clipped_share',
	'loss_share',
]);

/** @param channelName as the member sees it; undefined where the channel is gone */
export const moodCsvLine = (entry: MoodEntry, channelName: string | undefined): string =>
	line([
		new Date(entry.at).toISOString(),
		entry.channelId,
		channelName,
		entry.sessionId,
		entry.utteranceId,
		entry.startMs,
		entry.endMs,
		entry.label,
		entry.contested,
		entry.confidence,
		entry.valence,
		entry.arousal,
		...EMOTIONS.map((emotion) => entry.probabilities[emotion]),
		entry.quality.levelDb,
		entry.quality.snrDb,
		entry.quality.clippedShare,
		entry.quality.lossShare,
	]);
