import { join } from 'node:path';
import { SesError } from '../../../domain/index.ts';
import { mapBounded } from '../../analysis/bounded.ts';
import { isReaderGone } from '../../analysis/index.ts';
import type { Config } from '../../config.ts';
import { createProgress, duration, errorLine, type Output, printable, writeLine } from '../../terminal/index.ts';
import type { ReportDigest, ReportFlags } from '../analyst.ts';
import { writeWhole } from '../write.ts';
import { Analysts, CannotStart } from './analysts.ts';
import { type Outcome, overviewPage } from './overview.ts';
import { type Recording, recordingsIn } from './recordings.ts';
import { BatchState, hashOf } from './state.ts';

export interface BatchOptions {
	readonly config: Config;
	/** The file that the configuration is from. */
	readonly configFile?: string;
	readonly flags: ReportFlags;
	/** Folder of the reports. */
	readonly folder: string;
	/** Recordings under way at a time, each in a process of its own when there are several. */
	readonly jobs: number;
	/** Makes reports anew that are there. */
	readonly force: boolean;
	readonly json: boolean;
	readonly signal: AbortSignal;
}

/**
 * Writes a report for each recording. What cannot be analysed costs a line on standard error; what was done before
 * is skipped.
 *
 * @returns how many could not be analysed
 * @throws {SesError} `SES_USAGE` where there is nothing to analyse; `SES_REPORT_UNWRITABLE`; what keeps the model from
 *   being loaded
 */
export async function runBatch(paths: readonly string[], options: BatchOptions, output: Output): Promise<number> {
	const { folder, flags, signal } = options;
	const recordings = await recordingsIn(paths, folder);
	if (recordings.length === 0) {
		throw new SesError('SES_USAGE', { reason: `${paths.join(', ')}: there are no recordings in it.` });
	}
	const { judgement, segmenter, middleware, inference } = options.config;
	const { modelDirectory, modelVariant } = inference;
	const settings = { flags, judgement, segmenter, middleware, modelDirectory, modelVariant };
	const state = await BatchState.open(folder, settings);
	await using analysts = new Analysts(options);
	using progress = createProgress(`${recordings.length === 1 ? '' : 'reports'}`, output.stderr);
	const shares = new Map<string, number>();
	const failures = new Map<string, string>();
	let done = 0;
	let made = 0;
	const show = (file: string, share: number): void => {
		shares.set(file, share);
		const total = [...shares.values()].reduce((sum, each) => sum + each, 0) / recordings.length;
		progress.update(total, `${done} of ${recordings.length}  ${printable(file)}`);
	};
	const analyse = async ({ file, target }: Recording): Promise<ReportDigest> => {
		const analyst = await analysts.take(file);
		try {
			return await analyst.report(file, target, reportProgress(file, show));
		} finally {
			analysts.giveBack(analyst);
		}
	};
	const one = async (recording: Recording): Promise<Outcome> => {
		signal.throwIfAborted();
		const { file, target } = recording;
		const sha256 = await hashOf(file, signal);
		const known = sha256 && !options.force ? await state.find(target, sha256) : undefined;
		try {
			const digest = known ?? (await analyse(recording));
			if (!known && sha256) await state.add(target, sha256, digest);
			made++;
			progress.clear();
			if (digest.cutOff && !known) {
				const truncated = new SesError('SES_AUDIO_TRUNCATED', { file, reason: digest.cutOff });
				await writeLine(output.stderr, errorLine(truncated));
			}
			await writeLine(output.stdout, lineOf(recording, digest, known !== undefined, options.json));
			return { file, target, digest };
		} catch (error) {
			signal.throwIfAborted();
			if (error instanceof CannotStart) throw error.cause;
			if (!(error instanceof SesError)) throw error;
			progress.clear();
			failures.set(file, error.code);
			await writeLine(output.stderr, errorLine(error));
			return { file, target, fault: printable(`${error.code}: ${error.message}`) };
		} finally {
			done++;
			show(file, 1);
		}
	};
	const outcomes = await mapBounded(recordings, options.jobs, one).catch(async (error: unknown) => {
		progress.clear();
		if (signal.aborted && !isReaderGone(signal.reason) && recordings.length > 1) {
			const text = `Stopped: ${made} of ${recordings.length} have their reports; the same command goes on from there.`;
			await writeLine(output.stderr, text);
		}
		throw error;
	});
	if (recordings.length > 1) {
		const index = join(folder, 'index.html');
		await writeWhole(index, overviewPage(outcomes, folder, flags.language, Date.now()));
		progress.clear();
		if (!options.json) {
			await writeLine(output.stdout, `${made} of ${recordings.length} have their reports → ${printable(index)}`);
		}
	}
	return failures.size;
}

const reportProgress =
	(file: string, show: (file: string, share: number) => void) =>
	({ positionMs, durationMs }: { readonly positionMs: number; readonly durationMs: number | undefined }): void =>
		show(file, durationMs ? Math.min(1, positionMs / durationMs) : 0);

function lineOf(
	{ file, target }: Recording,
	digest: NonNullable<Outcome['digest']>,
	isKnown: boolean,
	json: boolean,
): string {
	if (json) return JSON.stringify({ file, report: `${target}.html`, skipped: isKnown, ...digest });
	const state = isKnown ? '  (done before)' : '';
	return `${printable(file)} → ${printable(target)}.html  ${duration(digest.durationMs)}${state}\n  ${digest.summary.join(' ')}`;
}
