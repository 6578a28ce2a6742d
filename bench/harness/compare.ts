import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Report, type Row, reportSchema } from './report.ts';

export interface Change {
	readonly id: string;
	/** Ratios to the same reference, then and now. */
	readonly before: number;
	readonly now: number;
	/** `same`: within what the rounds of one run differ among themselves, or too little to care. */
	readonly verdict: 'slower' | 'faster' | 'same';
}

/** Less than this is not worth a word, however steady it is; what passes on the wall is anything but steady. */
const LEAST_CHANGE = { cpu: 0.1, wall: 0.5 } as const;

function verdictOf(before: Row, now: Row): Change['verdict'] {
	const change = now.ratio.median / before.ratio.median;
	const factor = 1 + LEAST_CHANGE[now.clock];
	// Both the boxes of the two runs and their middles must stand apart.
	if (change > factor && now.ratio.low > before.ratio.high) return 'slower';
	if (change < 1 / factor && now.ratio.high < before.ratio.low) return 'faster';
	return 'same';
}

/**
 * What became of the ratios since an earlier run. Ratios travel between machines far better than
 * times do; a row without a counterpart that was measured by the same clock against the same thing is left out.
 */
export function changesBetween(before: Pick<Report, 'rows'>, now: Pick<Report, 'rows'>): Change[] {
	const keyOf = ({ id, clock, reference }: Row): string => [id, clock, reference].join();
	const known = new Map(before.rows.map((row) => [keyOf(row), row]));
	return now.rows.flatMap((row) => {
		const earlier = known.get(keyOf(row));
		if (!earlier) return [];
		return [{ id: row.id, before: earlier.ratio.median, now: row.ratio.median, verdict: verdictOf(earlier, row) }];
	});
}

/** @throws Error that says what is wrong with the file */
export async function readReport(file: string): Promise<Report> {
	let content: unknown;
	try {
		content = JSON.parse(await readFile(file, 'utf8'));
	} catch (error) {
		throw new Error(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : error}`, {
			cause: error,
		});
	}
	const { success, data, error } = reportSchema.safeParse(content);
	if (!success) throw new Error(`${file} is no report of this benchmark:\n${z.prettifyError(error)}`, { cause: error });
	if (data.scale !== 'full') throw new Error(`${file} comes from a smoke run, whose figures mean nothing.`);
	return data;
}
