import type { HeatPoint } from './alert.ts';
import type { ConsentRecord } from './consent.ts';
import type { EmotionLabel } from './emotion.ts';
import type { SesEvent } from './events.ts';
import type { GroupMood } from './group-mood.ts';
import type { ChartedMood, MoodEntry } from './mood.ts';
import type { Classification, Utterance } from './utterance.ts';

/** Time as the engine sees it; tests bring their own. Milliseconds since the Unix epoch. */
export type Clock = () => number;

/** Why an utterance got no result. Every accepted utterance is classified or counted under one of these. */
export type DropCause = 'cancelled' | 'expired' | 'full' | 'failed';

/** What became of one utterance: exactly one of these for each that was submitted. */
export type InferenceOutcome =
	| { readonly status: 'classified'; readonly classification: Classification }
	| { readonly status: 'dropped'; readonly cause: DropCause; readonly reason: string };

/** Turns utterances into probabilities. Implementations know tensors, not queues or people. */
export interface Classifier extends AsyncDisposable {
	/** `name@version` of the model. */
	readonly model: string;
	/** Below this confidence the honest answer is `unsure`. */
	readonly unsureBelow: number;
	/** @param clips 16 kHz mono, signed 16 bit, any length from 0.1 s on; results keep their order. */
	classify(clips: readonly Int16Array[]): Promise<Classification[]>;
}

export interface SubmitOptions {
	/** Aborting withdraws the utterance: it is answered `dropped: cancelled` and its audio is let go. */
	readonly signal?: AbortSignal;
	/**
	 * What comes first when not all can be served: `raised` is what was said where heat has risen, `partial`
	 * a first impression of something that will be submitted whole. Default `normal`.
	 */
	readonly priority?: Priority;
	/** Whichever trace it belongs to (W3C Trace Context); absent where nobody traces. */
	readonly traceparent?: string;
}

/** One call of a model, for whoever keeps figures: nothing of who spoke, or what. */
export interface BatchReport {
	/** `name@version`. */
	readonly model: string;
	readonly clips: number;
	/** Of all clips together. */
	readonly audioMs: number;
	readonly durationMs: number;
	readonly ok: boolean;
}

export type Priority = 'raised' | 'normal' | 'partial';

/**
 * Carries utterances to inference workers and results back.
 *
 * Never rejects for what may happen to one utterance: that is an outcome. Order is kept for each
 * speaker, an utterance id counts once however often it is submitted, and nothing waits longer than
 * the queue's time to live.
 */
export interface InferenceQueue extends AsyncDisposable {
	submit(utterance: Utterance, options?: SubmitOptions): Promise<InferenceOutcome>;
	/** Utterances accepted and not yet answered. */
	readonly depth: number;
	/** Resolves when all that was accepted has been answered, or rejects when `signal` aborts. */
	drain(signal?: AbortSignal): Promise<void>;
}

/** Who agreed to be heard, in which community. */
export interface ConsentStore {
	get(guildId: string, userId: string): Promise<ConsentRecord | undefined>;
	/** Everyone whose consent is on record in `guildId`. */
	list(guildId: string): Promise<ConsentRecord[]>;
	give(guildId: string, userId: string): Promise<ConsentRecord>;
	/** @returns whether there was anything to withdraw */
	withdraw(guildId: string, userId: string): Promise<boolean>;
}

export interface MoodQuery {
	readonly guildId: string;
	readonly userId: string;
	/** Inclusive, milliseconds since the Unix epoch. */
	readonly from: number;
	/** Exclusive. */
	readonly to: number;
}

export interface GroupQuery {
	readonly guildId: string;
	/** All voice channels when not set. */
	readonly channelId?: string;
	/** Inclusive, milliseconds since the Unix epoch. */
	readonly from: number;
	/** Exclusive. */
	readonly to: number;
}

export interface GroupEntry extends Omit<MoodEntry, 'speakerId' | 'guildId'> {
	/** 0, 1, 2 …: which of those who contributed, in no order. */
	readonly contributor: number;
}

/** What members' voices said, for as long as it is kept. */
export interface MoodStore {
	record(entry: MoodEntry): Promise<void>;
	/** Oldest first. */
	list(query: MoodQuery): Promise<MoodEntry[]>;
	/** As {@link list}, with no more of each entry than a chart shows. Of a store that lacks it `list` is asked. */
	listForChart?(query: MoodQuery): Promise<ChartedMood[]>;
	/** Deletes all that is kept of a member in a community. @returns how many entries are gone */
	erase(guildId: string, userId: string): Promise<number>;
	/** Deletes what is older than `before`. @returns how many entries are gone */
	purge(before: number): Promise<number>;
	/** As {@link purge}, in one community that keeps moods for a shorter time. */
	purgeGuild(guildId: string, before: number): Promise<number>;
	/**
	 * Keeps what the member says that it was instead; `undefined` takes that back.
	 *
	 * @returns whether there is such an entry of theirs
	 */
	contest(guildId: string, userId: string, utteranceId: string, label: EmotionLabel | undefined): Promise<boolean>;
	/**
	 * Contributions of a whole community, for figures of groups: nobody's id, a number for each member that holds
	 * within the answer only.
	 */
	group(query: GroupQuery): Promise<GroupEntry[]>;
}

export interface MoodChartRequest {
	/** As the title shows it, in the member's language. */
	readonly title: string;
	readonly subtitle: string;
	readonly entries: readonly ChartedMood[];
	readonly theme: 'dark' | 'light';
	readonly locale: string;
}

/** Patterns in one member's own moods. */
export interface TrendChartRequest extends MoodChartRequest {
	/** IANA name of the clock by which hours and days are told. */
	readonly timeZone: string;
	/** Names of voice channels by their ids. */
	readonly channelNames: ReadonlyMap<string, string>;
}

/** How a group sounded, as far as it may be shown. */
export interface GroupChartRequest extends Pick<MoodChartRequest, 'title' | 'subtitle' | 'theme' | 'locale'> {
	readonly mood: GroupMood;
	/** Fewest contributors that anything is shown of. */
	readonly k: number;
}

export interface HeatChartRequest {
	/** As the chart shows it, in the language of the community. */
	readonly title: string;
	readonly subtitle: string;
	/** Oldest first. */
	readonly heat: readonly HeatPoint[];
	/** When moderators were warned, milliseconds since the Unix epoch. */
	readonly alertAt: number;
	/** Scores from which a channel counts as warm and as hot, 0…1. */
	readonly thresholds: { readonly warm: number; readonly hot: number };
	readonly theme: 'dark' | 'light';
	readonly locale: string;
}

/** Draws a member's mood over time. */
export interface ChartRenderer {
	/** @returns a PNG */
	moodChart(request: MoodChartRequest): Promise<Buffer>;
	/** The same in words, for those who do not see it; at most 1024 characters, as Discord has it. */
	altText(request: MoodChartRequest): string;
	/** By hour of the day, weekday and channel. @returns a PNG */
	trendChart(request: TrendChartRequest): Promise<Buffer>;
	/** The same in words; at most 1024 characters. */
	trendAltText(request: TrendChartRequest): string;
	/** The mood of a group over time. @returns a PNG */
	groupChart(request: GroupChartRequest): Promise<Buffer>;
	/** The same in words; at most 1024 characters. */
	groupAltText(request: GroupChartRequest): string;
	/** How a channel heated up before an alert. @returns a PNG */
	heatChart(request: HeatChartRequest): Promise<Buffer>;
	/** The same in words; at most 1024 characters. */
	heatAltText(request: HeatChartRequest): string;
}

/** Hands an event to whoever listens; never throws and never waits. */
export type Publish = (event: SesEvent) => void;

/** A piece of what one speaker said. Those of one speaker come in the order in which they were spoken. */
export type AudioChunk = {
	/** The platform's id of the speaker, who agreed to be heard: whoever brings the audio answers for that. */
	readonly speakerId: string;
	/**
	 * When it began, in milliseconds since the start of the source, by one clock for all speakers. Left out, it
	 * follows what the speaker said before; in a live session it ends now.
	 */
	readonly atMs?: number;
} & (
	| {
			/** 16 kHz mono, signed 16 bit, any length. */
			readonly pcm: Int16Array;
	  }
	| {
			/** One Opus packet of any rate and number of channels. */
			readonly opus: Uint8Array;
	  }
);

/** Voices from elsewhere: another platform, a game, a recording. Ends when there is no more. */
export type AudioSource = AsyncIterable<AudioChunk>;

/** Says something in a channel of the platform. */
export interface Notifier {
	/** @returns whether it was said: a missing permission or a deleted channel is no error */
	say(channelId: string, text: string): Promise<boolean>;
}

/** What the rooms need of a logger; pino fits. Messages are static, values stand under named keys. */
export interface Log {
	debug(values: object, message: string): void;
	info(values: object, message: string): void;
	warn(values: object, message: string): void;
	error(values: object, message: string): void;
}
