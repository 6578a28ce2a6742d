import type { AudioQuality, EmotionResult, Experimental } from './utterance.ts';

/** How tense a channel is. `cooling`: it was hot and is coming down, but is not calm yet. */
export type HeatState = 'calm' | 'warm' | 'hot' | 'cooling';

/** What heats a channel up, and what speaks against it: laughter and play. */
export type ReasonCode =
	| 'sustained-anger'
	| 'negative-valence'
	| 'rising-trend'
	| 'several-speakers'
	| 'dominant-speaker'
	| 'overlap'
	| 'laughter'
	| 'play';

/** One line of the explanation of a score: what was seen and what it adds (or takes away). */
export interface Reason {
	readonly code: ReasonCode;
	/** Negative where it takes away. */
	readonly points: number;
	readonly text: string;
}

/** What became of the packets of those who may be heard, since the session began. */
export interface ReceptionCounts {
	/** Decoded. */
	readonly heard: number;
	/** Not there when their turn came. */
	readonly lost: number;
	/** Came after that; they are among the lost, too. */
	readonly late: number;
	readonly duplicate: number;
	/** Could not be decrypted, or were no Opus when they were. */
	readonly undecryptable: number;
	/** Made up by the decoder in place of what was lost. */
	readonly concealed: number;
	/** Lost, and heard from the coarse copy in the packet after (in-band FEC). */
	readonly recovered: number;
	/** Let go unheard: there was no decoder yet, or no room. */
	readonly dropped: number;
}

/** Why a member who speaks is not heard, as far as it can be told from here. */
export type DeafCause = 'no-packets' | 'transport' | 'encryption' | 'not-opus' | 'no-decoder' | 'bot-deafened';

/** Reception of one consenting member. */
export interface MemberHealth extends ReceptionCounts {
	readonly speakerId: string;
	/** The member speaks and nothing of it can be decoded. */
	readonly deaf?: DeafCause;
}

interface EventBase {
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
}

/** The bot came into a voice channel, or has left it and handed on all that was said there. */
export interface SessionEvent extends EventBase {
	readonly type: 'session';
	readonly status: 'started' | 'ended';
	readonly sessionId: string;
	readonly guildId: string;
	readonly channelId: string;
}

export interface NoticeEvent extends EventBase {
	readonly type: 'notice';
	readonly sessionId: string;
	readonly channelId: string;
	readonly text: string;
}

export interface ConsentEvent extends EventBase {
	readonly type: 'consent';
	readonly guildId: string;
	readonly speakerId: string;
	readonly action: 'given' | 'withdrawn';
	readonly version: number;
}

export interface UtteranceEvent extends EventBase {
	readonly type: 'utterance';
	readonly sessionId: string;
	readonly speakerId: string;
	readonly utteranceId: string;
	readonly startMs: number;
	readonly endMs: number;
	readonly quality: AudioQuality;
	readonly overlapMs?: number;
}

export interface EmotionEvent extends EventBase, EmotionResult {
	readonly type: 'emotion';
}

/**
 * What somebody who is still speaking sounds like so far: provisional, of the last seconds alone (`startMs`…`endMs`),
 * and void once the utterance of that id is over. Moods, heat, alerts, rules and figures rest on none of it.
 */
export interface PartialEvent extends EventBase, EmotionResult {
	readonly type: 'partial';
	/** As of the {@link PartialUtterance}. */
	readonly sequence: number;
}

/**
 * Follows the emotion event of the same utterance, once there is enough to compare the speaker with.
 *
 * @experimental As all of {@link Experimental}.
 */
export interface FatigueEvent extends EventBase {
	readonly type: 'fatigue';
	readonly sessionId: string;
	readonly speakerId: string;
	readonly utteranceId: string;
	readonly experimental: Experimental;
}

export interface HeatEvent extends EventBase {
	readonly type: 'heat';
	readonly sessionId: string;
	readonly state: HeatState;
	/** 0 (calm) … 1 (as hot as it gets). */
	readonly score: number;
	/** How many members' speech it rests on; who they are is not part of it. */
	readonly contributors: number;
	readonly reasons: readonly Reason[];
}

export interface AlertEvent extends EventBase {
	readonly type: 'alert';
	readonly alertId: string;
	readonly sessionId: string;
	/** In monitor mode an alert is on the feed only: one sees what would have been sent, and nobody is called. */
	readonly mode: 'monitor' | 'live';
	/** Why nobody is called of it although the community is in live mode; the mode is `monitor` then. */
	readonly held?: 'quiet-hours' | 'muted';
	readonly score: number;
	readonly contributors: number;
	readonly reasons: readonly Reason[];
}

/** What a rule may do, by the word that rules have for it. */
export type ReplyAction = 'message' | 'embed' | 'reaction' | 'slowMode' | 'soundboard' | 'play' | 'webhook';

/** The bot did something by itself, or answered a command. */
export interface ReplyEvent extends EventBase {
	readonly type: 'reply';
	readonly channelId: string;
	/** What it said; empty where it said nothing. */
	readonly text: string;
	/** What it did; absent for an answer to a command. */
	readonly action?: ReplyAction;
	/** What made the bot speak: a rule's name or a command. */
	readonly cause: string;
	/** Seen by the one who asked only. */
	readonly ephemeral: boolean;
}

export interface SummaryEvent extends EventBase {
	readonly type: 'summary';
	readonly sessionId: string;
	readonly durationMs: number;
	readonly utterances: number;
	readonly members: number;
	readonly labels: Readonly<Record<string, number>>;
	readonly peakHeat: number;
	readonly alerts: number;
}

/**
 * An alarm: a consenting member has been speaking for five seconds and nothing of it could be decoded
 * (`deaf`), or is heard again (`heard`). Once for each time that it happens.
 */
export interface ReceptionEvent extends EventBase {
	readonly type: 'reception';
	readonly sessionId: string;
	readonly speakerId: string;
	readonly status: 'deaf' | 'heard';
	/** With `deaf` only: the likeliest cause, and what to do about it, in English. */
	readonly cause?: DeafCause;
	readonly advice?: string;
}

export interface HealthEvent extends EventBase {
	readonly type: 'health';
	readonly sessionId: string;
	readonly members: readonly MemberHealth[];
	/** Over all members, those who have left included. */
	readonly total: ReceptionCounts;
	/** Packets of members who did not consent and of bots: counted on the wire, never decrypted. */
	readonly ignoredPackets: number;
	/** Datagrams that are no packets of a voice call: garbage, truncated, oversized. */
	readonly malformedPackets: number;
	readonly queueDepth: number;
	/** Utterances that got no result, by cause. */
	readonly droppedUtterances: Readonly<Record<string, number>>;
}

export interface EndEvent extends EventBase {
	readonly type: 'end';
	readonly reason: string;
	/** Where a picture of what happened lies, when one was made. */
	readonly chart?: string;
}

/** Everything that the engine tells the world, on one typed feed. */
export type SesEvent =
	| SessionEvent
	| NoticeEvent
	| ConsentEvent
	| UtteranceEvent
	| EmotionEvent
	| PartialEvent
	| FatigueEvent
	| HeatEvent
	| AlertEvent
	| ReplyEvent
	| SummaryEvent
	| HealthEvent
	| ReceptionEvent
	| EndEvent;

export type SesEventType = SesEvent['type'];
