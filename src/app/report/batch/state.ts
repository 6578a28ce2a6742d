import { createHash } from 'node:crypto';
import { access, open, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { reasonOf, SesError } from '../../../domain/index.ts';
import type { ReportDigest } from '../analyst.ts';
import { REPORT_FILES, writeWhole } from '../write.ts';

export const digestSchema = z.object({
	durationMs: z.number().nonnegative(),
	escalations: z.int().nonnegative(),
	peak: z.number().min(0).max(1),
	isCalmAtEnd: z.boolean(),
	valence: z.number().optional(),
	confidence: z.enum(['high', 'medium', 'low']).optional(),
	separation: z.enum(['channels', 'separated', 'not-separated']),
	cutOff: z.string().optional(),
	summary: z.array(z.string()),
});

const stateSchema = z.object({
	version: z.literal(1),
	done: z.record(
		z.string(),
		z.object({
			/** Of the recording's bytes. */
			sha256: z.string(),
			/** Of all that the report depends on besides. */
			settings: z.string(),
			digest: digestSchema,
		}),
	),
});
type State = z.infer<typeof stateSchema>;

const NAME = 'ses-batch.json';

/** What of a batch is done, kept beside the reports, so that a run that was broken off goes on where it was. */
export class BatchState {
	readonly #folder: string;
	readonly #settings: string;
	#done: State['done'];
	#writing: Promise<void> = Promise.resolve();

	private constructor(folder: string, settings: string, done: State['done']) {
		this.#folder = folder;
		this.#settings = settings;
		this.#done = done;
	}

	/** @param settings all that a report depends on besides its recording. @throws {SesError} `SES_REPORT_UNWRITABLE` */
	static async open(folder: string, settings: unknown): Promise<BatchState> {
		const digest = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
		try {
			const parsed = stateSchema.safeParse(JSON.parse(await readFile(join(folder, NAME), 'utf8')));
			return new BatchState(folder, digest, parsed.success ? parsed.data.done : {});
		} catch (error) {
			// One that is missing or damaged costs time and nothing else.
			if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
				return new BatchState(folder, digest, {});
			}
			throw new SesError('SES_REPORT_UNWRITABLE', { file: join(folder, NAME), reason: reasonOf(error) }, error);
		}
	}

	/** The digest of a report that is there, of the same recording by the same settings. */
	async find(target: string, sha256: string): Promise<ReportDigest | undefined> {
		const known = this.#done[this.#key(target)];
		if (known?.sha256 !== sha256 || known.settings !== this.#settings) return undefined;
		const there = REPORT_FILES.map((ending) => access(`${target}.${ending}`));
		return (await Promise.allSettled(there)).every(({ status }) => status === 'fulfilled') ? known.digest : undefined;
	}

	/** On the disk when it resolves. @throws {SesError} `SES_REPORT_UNWRITABLE` */
	add(target: string, sha256: string, digest: ReportDigest): Promise<void> {
		this.#done = {
			...this.#done,
			[this.#key(target)]: { sha256, settings: this.#settings, digest: { ...digest, summary: [...digest.summary] } },
		};
		this.#writing = this.#writing
			.catch(() => {})
			.then(() => {
				const state: State = { version: 1, done: this.#done };
				return writeWhole(join(this.#folder, NAME), `${JSON.stringify(state, undefined, '\t')}\n`);
			});
		return this.#writing;
	}

	#key(target: string): string {
		return relative(this.#folder, target);
	}
}

const PIECE_BYTES = 256 * 1024;

/** SHA-256 of a file, read in pieces. @returns `undefined` where it cannot be read: who analyses it says why */
export async function hashOf(file: string, signal?: AbortSignal): Promise<string | undefined> {
	const hash = createHash('sha256');
	// One buffer for all of it: those of a stream pile up faster than they are collected.
	const piece = Buffer.alloc(PIECE_BYTES);
	try {
		// Opening a pipe that nobody writes to would wait for ever.
		if (!(await stat(file)).isFile()) return undefined;
		await using handle = await open(file);
		while (true) {
			signal?.throwIfAborted();
			const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, null);
			if (bytesRead === 0) return hash.digest('hex');
			hash.update(piece.subarray(0, bytesRead));
		}
	} catch {
		signal?.throwIfAborted();
		return undefined;
	}
}
