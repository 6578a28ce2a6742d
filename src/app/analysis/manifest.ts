import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { EMOTIONS, type Emotion, reasonOf, SesError } from '../../domain/index.ts';

const COLUMNS = ['file', 'label', 'speaker', 'corpus'] as const;

const rowSchema = z.object({
	file: z.string().min(1, 'the column file is empty'),
	label: z.enum(EMOTIONS, {
		error: ({ input }) => (input === '' ? 'the column label is empty' : `unknown label ${JSON.stringify(input)}`),
	}),
	speaker: z.string(),
	corpus: z.string().min(1, 'the column corpus is empty'),
});

/** One labelled clip. */
export interface ManifestRow {
	/** As the manifest names it. */
	readonly file: string;
	/** Absolute. */
	readonly path: string;
	readonly label: Emotion;
	readonly corpus: string;
	/** In the manifest, counted from 1. */
	readonly line: number;
}

/**
 * Reads a manifest of labelled clips: CSV with the columns file, label, speaker and corpus (more are
 * welcome), UTF-8 with or without BOM, any line ends. All of it is checked before anything is run.
 *
 * @param root folder that the files are named from
 * @throws {SesError} `SES_EVAL_MANIFEST` with the line of the first problem
 */
export async function readManifest(manifest: string, root: string): Promise<ManifestRow[]> {
	const fail = (line: number, reason: string, cause?: unknown): SesError =>
		new SesError('SES_EVAL_MANIFEST', { file: manifest, line, reason, labels: EMOTIONS.join(', ') }, cause);
	const text = await readFile(manifest).catch((error: NodeJS.ErrnoException) => {
		throw fail(
			1,
			error.code === 'ENOENT' ? 'there is no such file' : `the file cannot be read: ${reasonOf(error)}`,
			error,
		);
	});
	const records = parseCsv(text, fail);
	if (records.length === 0) throw fail(1, 'it lists no clips');
	const rows = records.map(({ record, line }) => {
		const parsed = rowSchema.safeParse(record);
		if (!parsed.success) throw fail(line, parsed.error.issues[0]?.message ?? 'the row is not valid');
		const { file, label, corpus } = parsed.data;
		return { file, path: resolve(root, file), label, corpus, line };
	});
	for (const row of rows) {
		const found = await stat(row.path).catch(() => undefined);
		if (!found) throw fail(row.line, `there is no file ${JSON.stringify(row.file)} under ${root}`);
	}
	return rows;
}

interface CsvRecord {
	readonly record: Readonly<Record<string, string>>;
	readonly line: number;
}

function parseCsv(text: Buffer, fail: (line: number, reason: string, cause?: unknown) => SesError): CsvRecord[] {
	try {
		const rows = parse(text, {
			bom: true,
			trim: true,
			skip_empty_lines: true,
			info: true,
			columns: (header: string[]) => {
				const missing = COLUMNS.filter((column) => !header.includes(column));
				if (missing.length > 0) throw fail(1, `the column ${missing.join(', ')} is missing`);
				return header;
			},
		}) as unknown as { record: Record<string, string>; info: { lines: number } }[];
		return rows.map(({ record, info }) => ({ record, line: info.lines }));
	} catch (error) {
		if (error instanceof CsvError) throw fail(Number(error['lines'] ?? 1), error.message, error);
		throw error;
	}
}
