import { SesError } from '../../domain/index.ts';
import type { AnalysisProgress } from '../analysis/index.ts';
import { createOfflineInference } from '../analysis/index.ts';
import type { Config } from '../config.ts';
import { buildReport } from './build.ts';
import type { CallReport, Language } from './model.ts';
import { type Customer, readCall } from './read-call.ts';
import { writeReport } from './write.ts';

/** What a report is to be made of and how, the same for all of a batch. */
export interface ReportFlags {
	readonly kind: 'call' | 'conversation';
	readonly customer?: Customer | undefined;
	readonly language: Language;
	readonly embedAudio: boolean;
	readonly channels?: readonly number[] | undefined;
	readonly maxDurationMs?: number | undefined;
}

/** What a list of recordings says of one. */
export interface ReportDigest {
	readonly durationMs: number;
	readonly escalations: number;
	/** Highest tension, 0…1. */
	readonly peak: number;
	/** Whether the last escalation ended before the recording did. */
	readonly isCalmAtEnd: boolean;
	readonly valence?: number | undefined;
	readonly confidence?: 'high' | 'medium' | 'low' | undefined;
	readonly separation: 'channels' | 'separated' | 'not-separated';
	readonly cutOff?: string | undefined;
	readonly summary: readonly string[];
}

/** Makes the reports of recordings, one after the other. */
export interface Analyst extends AsyncDisposable {
	/** @throws {SesError} whatever is wrong with the recording or with writing its report */
	report(file: string, target: string, onProgress?: (at: AnalysisProgress) => void): Promise<ReportDigest>;
}

/** An analyst in this very process. */
export async function openAnalyst(config: Config, flags: ReportFlags, signal?: AbortSignal): Promise<Analyst> {
	const { inference, rules } = await createOfflineInference(config);
	const options = {
		queue: inference.queue,
		rules,
		segmenter: config.segmenter,
		maxDurationMs: flags.maxDurationMs ?? config.analyze.maxDurationMs,
		kind: flags.kind,
		...(flags.customer && { customer: flags.customer }),
		...(flags.channels && { channels: flags.channels }),
		...(signal && { signal }),
	};
	const { smoothing, heat } = config.middleware;
	return {
		async report(file, target, onProgress) {
			const reading = await readCall(file, { ...options, ...(onProgress && { onProgress }) });
			if (reading.parties.every(({ talk }) => talk?.length === 0)) {
				const duration = `${(reading.analysis.durationMs / 1000).toFixed(1)} s`;
				throw new SesError('SES_AUDIO_NO_SPEECH', { file, duration });
			}
			const settings = { smoothing, heat };
			const report = await buildReport(reading, { ...settings, language: flags.language, now: Date.now() });
			const { embedAudio } = flags;
			await writeReport(report, { file, target, settings, embedAudio, ...(signal && { signal }) });
			return digestOf(report);
		},
		[Symbol.asyncDispose]: () => inference[Symbol.asyncDispose](),
	};
}

const digestOf = (report: CallReport): ReportDigest => ({
	durationMs: report.durationMs,
	escalations: report.escalations.length,
	peak: report.heat.reduce((most, { score }) => Math.max(most, score), 0),
	isCalmAtEnd: report.escalations.at(-1)?.endMs !== undefined || report.escalations.length === 0,
	...(report.mood && { valence: report.mood.valence }),
	...(report.confidence && { confidence: report.confidence.level }),
	separation: report.separation.status,
	...(report.cutOff && { cutOff: report.cutOff }),
	summary: report.summary,
});
