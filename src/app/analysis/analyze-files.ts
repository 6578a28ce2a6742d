import { SesError } from '../../domain/index.ts';
import {
	columnsOf,
	createProgress,
	createStyle,
	drawAnalysis,
	duration,
	errorLine,
	type Output,
	type Progress,
	printable,
	writeLine,
} from '../terminal/index.ts';
import { type AnalysisOptions, type AnalysisProgress, analyzeRecording } from './analyze-recording.ts';
import { toJsonRow } from './json-row.ts';

export interface AnalyzeFilesOptions extends Omit<AnalysisOptions, 'onProgress'> {
	/** One JSON object an utterance and line instead of a report. */
	readonly json: boolean;
	readonly colour: boolean;
}

/**
 * Analyses recordings one after the other and prints what was found. A recording that cannot be
 * analysed costs one line on standard error; the others go on.
 *
 * @returns how many could not be analysed
 */
export async function analyzeFiles(
	files: readonly string[],
	options: AnalyzeFilesOptions,
	output: Output,
): Promise<number> {
	let failures = 0;
	let isFirst = true;
	for (const [index, file] of files.entries()) {
		const title = files.length > 1 ? `${index + 1}/${files.length} ${printable(file)}` : printable(file);
		const progress = createProgress(title, output.stderr);
		try {
			const analysis = await analyzeRecording(file, { ...options, onProgress: progressOf(progress) });
			progress.clear();
			if (analysis.cutOff) {
				await writeLine(
					output.stderr,
					errorLine(new SesError('SES_AUDIO_TRUNCATED', { file, reason: analysis.cutOff })),
				);
			}
			if (options.json) {
				for (const row of analysis.results) await writeLine(output.stdout, JSON.stringify(toJsonRow(file, row)));
			} else {
				const style = createStyle(options.colour);
				const view = drawAnalysis(analysis, { width: columnsOf(output.stdout), style });
				await writeLine(output.stdout, `${isFirst ? '' : '\n'}${view}`);
				isFirst = false;
			}
		} catch (error) {
			progress.clear();
			if (!(error instanceof SesError)) throw error;
			failures++;
			await writeLine(output.stderr, errorLine(error));
		} finally {
			progress[Symbol.dispose]();
		}
	}
	return failures;
}

function progressOf(progress: Progress): (at: AnalysisProgress) => void {
	const startedAt = performance.now();
	return ({ positionMs, durationMs }) => {
		const speed = Math.round(positionMs / (performance.now() - startedAt));
		const share = durationMs ? Math.min(1, positionMs / durationMs) : undefined;
		progress.update(share, `${duration(positionMs)}  ${speed} × real time`);
	};
}
