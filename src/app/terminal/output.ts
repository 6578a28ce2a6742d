import { once } from 'node:events';
import type { SesError } from '../../domain/index.ts';
import { printable } from './text.ts';

/** Where a command writes: results to one, all else to the other. */
export interface Output {
	readonly stdout: NodeJS.WriteStream;
	readonly stderr: NodeJS.WriteStream;
}

/** Writes `text` and a line end, and waits where the reader is slower than we are. */
export async function writeLine(stream: NodeJS.WriteStream, text: string): Promise<void> {
	if (!stream.write(`${text}\n`) && !stream.destroyed) await once(stream, 'drain');
}

/** An error on one line: its code, where, what, and what to do. */
export function errorLine({ code, message, hint }: Pick<SesError, 'code' | 'message' | 'hint'>): string {
	return printable(`${code}: ${message.replace(/[.\s]+$/, '')}. ${hint}`);
}

/** Columns to draw in. */
export const columnsOf = (stream: NodeJS.WriteStream): number =>
	stream.columns ?? (Number(process.env['COLUMNS']) || 100);
