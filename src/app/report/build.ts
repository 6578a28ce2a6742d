import { basename } from 'node:path';
import type { EmotionResult } from '../../domain/index.ts';
import type { RecordingResult } from '../analysis/index.ts';
import { escalationsOf, type HeatSettings, heatOf } from './heat.ts';
import { confidenceOf, lengthOf, moodOf, overlapOf, silencesOf, talkOf } from './measures.ts';
import type { CallReport, Language, NoteCode, Party, ReportUtterance } from './model.ts';
import type { CallReading, PartyReading } from './read-call.ts';
import { summaryOf } from './summary.ts';
import { turningPointsOf } from './turning-points.ts';

/** With less labelled speech than this, figures say more about chance than about the caller. */
const LITTLE_SPEECH_MS = 10_000;

export interface BuildOptions extends HeatSettings {
	readonly language: Language;
	/** Milliseconds since the Unix epoch. */
	readonly now: number;
}

/** All that can be said of a recording that was read. */
export async function buildReport(reading: CallReading, options: BuildOptions): Promise<CallReport> {
	const { analysis, kind, separation } = reading;
	const { durationMs } = analysis;
	const rows = analysis.results.flatMap((row): { party: string; result: EmotionResult }[] => {
		const party = reading.parties.find((each) => each.isRead && isOf(row, each));
		return party ? [{ party: party.id, result: row.result }] : [];
	});
	const results = rows.map(({ result }) => result);
	const utterances = rows.map(({ party, result }) => toUtterance(party, result));
	const heat = await heatOf(results, options);
	const parties = reading.parties.map(({ id, role, isRead, talk }): Party => {
		return { id, role, isRead, ...(talk && { talk: talkOf(talk, durationMs) }) };
	});
	const spoken = reading.parties.map(({ talk = [] }) => talk);
	const silences = silencesOf(spoken.flat(), durationMs);
	const longest = silences.reduce<(typeof silences)[number] | undefined>((most, each) => {
		return most && lengthOf([most]) >= lengthOf([each]) ? most : each;
	}, undefined);
	const mood = moodOf(results, durationMs);
	const confidence = confidenceOf(results);
	const canOverlap = separation.status === 'channels' && analysis.channelCount > 1;
	const report: Omit<CallReport, 'summary'> = {
		version: 1,
		kind,
		name: basename(analysis.file),
		format: analysis.format,
		durationMs,
		channelCount: analysis.channelCount,
		...(results[0] && { model: results[0].model }),
		language: options.language,
		createdAt: new Date(options.now).toISOString(),
		separation,
		parties,
		...(canOverlap && { overlapMs: lengthOf(overlapOf(spoken)) }),
		silenceMs: lengthOf(silences),
		...(longest && { longestSilence: longest }),
		...(mood && { mood }),
		...(confidence && { confidence }),
		utterances,
		heat,
		escalations: escalationsOf(heat),
		turningPoints: turningPointsOf(utterances, heat),
		notes: notesOf(reading, confidence?.judgedMs ?? 0),
		...(analysis.cutOff && { cutOff: analysis.cutOff }),
	};
	return { ...report, summary: summaryOf(report) };
}

const isOf = (row: RecordingResult, party: PartyReading): boolean =>
	row.channel === party.channel && row.voice === party.voice;

function toUtterance(party: string, result: EmotionResult): ReportUtterance {
	const { startMs, endMs, label, unsureReason, confidence, valence, arousal, probabilities } = result;
	return {
		...{ party, startMs, endMs, label },
		...(unsureReason && { unsureReason }),
		...{ confidence, valence, arousal, probabilities },
	};
}

function notesOf({ notes, analysis, parties }: CallReading, judgedMs: number): NoteCode[] {
	const isRead = parties.some((party) => party.isRead);
	const own: NoteCode[] = [];
	if (analysis.cutOff) own.push('cut-off');
	if (isRead && analysis.results.length === 0) own.push('no-speech');
	else if (isRead && judgedMs < LITTLE_SPEECH_MS) own.push('little-speech');
	return [...notes, ...own, ...(isRead ? (['derived', 'not-a-verdict'] as const) : [])];
}
