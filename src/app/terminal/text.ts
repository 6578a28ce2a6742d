import { stripVTControlCharacters } from 'node:util';

/** Columns that a text takes in a terminal; colours take none. */
export const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length;

export type Alignment = 'left' | 'right';

export function pad(text: string, width: number, alignment: Alignment = 'left'): string {
	const space = ' '.repeat(Math.max(0, width - widthOf(text)));
	return alignment === 'left' ? text + space : space + text;
}

/** A name from outside (of a file, of a corpus) made safe to print: it may hold anything. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, '\ufffd');

/** `−0.42`, `+0.10`, `0.00`: with a true minus. */
export function signed(value: number): string {
	const digits = Math.abs(value).toFixed(2);
	if (Number(digits) === 0) return digits;
	return `${value < 0 ? '−' : '+'}${digits}`;
}

export const percent = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)} %`;

/** `0:07.4`, `1:02:03.0`. */
export function clockTime(ms: number, digits: 0 | 1 = 1): string {
	const tenths = digits === 1 ? Math.round(ms / 100) : Math.round(ms / 1000) * 10;
	const hours = Math.floor(tenths / 36_000);
	const minutes = Math.floor(tenths / 600) % 60;
	const seconds = (tenths % 600) / 10;
	const last = seconds.toFixed(digits).padStart(digits === 1 ? 4 : 2, '0');
	return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${last}` : `${minutes}:${last}`;
}

/** `7 s`, `3 min 12 s`, `2 h 5 min`. */
export function duration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
	if (seconds < 60) return `${seconds} s`;
	if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
	return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A horizontal bar, exact to an eighth of a column. @param share 0…1 */
export function bar(share: number, width: number): string {
	const eighths = Math.round(Math.min(Math.max(share, 0), 1) * width * 8);
	return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] as string);
}

/** A slim bar, exact to half a column, and the rest of its track. @param share 0…1 */
export function meter(share: number, width: number): { filled: string; rest: string } {
	const halves = Math.round(Math.min(Math.max(share, 0), 1) * width * 2);
	const filled = '━'.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? '╸' : '');
	return { filled, rest: '─'.repeat(width - filled.length) };
}

export interface Column {
	readonly title: string;
	readonly align?: Alignment;
}

/** Lines of a table whose columns are as wide as they need to be, two spaces apart. */
export function table(
	columns: readonly Column[],
	rows: readonly (readonly string[])[],
	heading = (title: string) => title,
): string[] {
	const widths = columns.map(({ title }, index) =>
		Math.max(widthOf(title), ...rows.map((row) => widthOf(row[index] as string))),
	);
	const line = (cells: readonly string[]): string =>
		cells
			.map((cell, index) => pad(cell, widths[index] as number, columns[index]?.align))
			.join('  ')
			.trimEnd();
	return [heading(line(columns.map(({ title }) => title))), ...rows.map(line)];
}
