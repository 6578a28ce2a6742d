import type { EmotionLabel, HeatState, Probabilities, Reason, UnsureReason } from '../../domain/index.ts';

export const LANGUAGES = ['en', 'de', 'pl', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Who speaks: the sides of a call, the channels of something else, or the voices told apart in one channel. */
export interface Party {
	/** `left`, `right`, `A`, `B`, `all`, `0`, `1` …: unique within the report. */
	readonly id: string;
	readonly role: 'customer' | 'agent' | 'speaker';
	/** Whether emotion was read; of others only when they spoke. */
	readonly isRead: boolean;
	/** Absent where parties of one channel could not be told apart. */
	readonly talk?: Talk;
}

export interface Span {
	readonly startMs: number;
	readonly endMs: number;
}

export interface Talk {
	readonly talkMs: number;
	/** Of the recording, 0…1. */
	readonly share: number;
	/** Speech with pauses of less than a second is one. */
	readonly turns: number;
	readonly longestTurnMs: number;
	readonly spans: readonly Span[];
}

export interface ReportUtterance extends Span {
	readonly party: string;
	readonly label: EmotionLabel;
	readonly unsureReason?: UnsureReason;
	readonly confidence: number;
	readonly valence: number;
	readonly arousal: number;
	readonly probabilities: Probabilities;
}

/** Tension as the middleware scores it live, after an utterance. */
export interface HeatPoint {
	readonly atMs: number;
	/** 0…1 */
	readonly score: number;
	readonly state: HeatState;
	readonly reasons: readonly Reason[];
}

/** From the first rise to calm again. */
export interface Escalation {
	readonly startMs: number;
	readonly peakMs: number;
	/** Absent where the recording ended before it was calm again. */
	readonly endMs?: number;
	readonly level: 'warm' | 'hot';
	/** Highest score, 0…1. */
	readonly peak: number;
	readonly reasons: readonly Reason[];
}

export type TurningPointKind = 'heats-up' | 'hot' | 'cools-down' | 'calm-again' | 'mood-falls' | 'mood-rises';

export interface TurningPoint {
	readonly atMs: number;
	readonly kind: TurningPointKind;
	readonly party: string;
	/** Mean valence of the utterances before and after, for a change of mood. */
	readonly valence?: { readonly before: number; readonly after: number };
	/** For a change of heat. */
	readonly score?: number;
	/** Mean confidence of the utterances that it rests on, 0…1. */
	readonly confidence: number;
}

export interface Mood {
	readonly utterances: number;
	readonly unsure: number;
	/** Share of the speech by label, summing to 1; of each utterance its confidence goes to its label, the rest to `unsure`. */
	readonly mix: Readonly<Record<EmotionLabel, number>>;
	readonly valence: number;
	readonly arousal: number;
	/** Mean valence of the first and of the last third of the recording; absent where nothing was said in it. */
	readonly opening?: number;
	readonly closing?: number;
}

export interface Confidence {
	readonly level: 'high' | 'medium' | 'low';
	/** Mean calibrated confidence of what has a label, by speaking time, 0…1. */
	readonly mean: number;
	/** Share of the speech that has a label, 0…1. */
	readonly judgedShare: number;
	readonly judgedMs: number;
	/** Median over the utterances, in dB. */
	readonly snrDb: number;
}

export type NoteCode =
	| 'customer-assumed'
	| 'voice-assumed'
	| 'agent-not-read'
	| 'not-separated'
	| 'not-separated-not-read'
	| 'voices-by-machine'
	| 'cut-off'
	| 'little-speech'
	| 'no-speech'
	| 'derived'
	| 'not-a-verdict'
	| 'no-work';

export interface Separation {
	readonly status: 'channels' | 'separated' | 'not-separated';
	/** 0…1; absent where channels keep the parties apart. */
	readonly confidence?: number;
}

/** All that the report says; written as JSON as it is. */
export interface CallReport {
	readonly version: 1;
	readonly kind: 'call' | 'conversation';
	/** File name without its folder. */
	readonly name: string;
	readonly format: string;
	readonly durationMs: number;
	readonly channelCount: number;
	/** `name@version`; absent where nothing was read. */
	readonly model?: string;
	readonly language: Language;
	/** ISO 8601. */
	readonly createdAt: string;
	readonly separation: Separation;
	readonly parties: readonly Party[];
	/** Two or more at once; absent in one channel, where it cannot be told. */
	readonly overlapMs?: number;
	readonly silenceMs: number;
	readonly longestSilence?: Span;
	readonly mood?: Mood;
	readonly confidence?: Confidence;
	readonly utterances: readonly ReportUtterance[];
	readonly heat: readonly HeatPoint[];
	readonly escalations: readonly Escalation[];
	readonly turningPoints: readonly TurningPoint[];
	readonly notes: readonly NoteCode[];
	/** What is missing at its end, in English. */
	readonly cutOff?: string;
	/** In the report's language. */
	readonly summary: readonly string[];
}
