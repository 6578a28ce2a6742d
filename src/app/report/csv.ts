import { EMOTIONS } from '../../domain/index.ts';
import type { CallReport } from './model.ts';

type Cell = string | number;

/** A cell that a spreadsheet would take for a formula is kept from it; a party or a file may be called anything. */
function cell(value: Cell): string {
	if (typeof value === 'number') return String(value);
	const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines of RFC 4180. */
export const toCsvLines = (rows: readonly (readonly Cell[])[]): string =>
	rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** A row for each utterance, with the names of the JSON. */
export function toCsv({ utterances }: CallReport): string {
	const head = ['startMs', 'endMs', 'party', 'label', 'unsureReason', 'confidence', 'valence', 'arousal', ...EMOTIONS];
	const rows = utterances.map((each) => [
		each.startMs,
		each.endMs,
		each.party,
		each.label,
		each.unsureReason ?? '',
		rounded(each.confidence),
		rounded(each.valence),
		rounded(each.arousal),
		...EMOTIONS.map((emotion) => rounded(each.probabilities[emotion])),
	]);
	return toCsvLines([head, ...rows]);
}
