import type { AudioQuality, EmotionResult } from './utterance.ts';

/** How tense a channel is. `cooling`: it was hot and is coming down, but is not calm yet. */
export type HeatState = 'calm' | 'warm' | 'hot' | 'cooling';

/** One line of the explanation of a score: what was seen and what it adds (or takes away). */
export interface Reason {
	readonly code: 'sustained-anger' | 'negative-valence' | 'rising-trend' | 'several-speakers' | 'dominant-speaker';
	readonly points: number;
	readonly text: string;
}

/** Reception of one consenting member; every count is of 20 ms packets since the session began. */
export interface MemberHealth {
	readonly speakerId: string;
	readonly heard: number;
	readonly lost: number;
	readonly late: number;
	readonly duplicate: number;
	readonly undecryptable: number;
	readonly concealed: number;
	readonly dropped: number;
}

interface EventBase {
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
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
}

export interface EmotionEvent extends EventBase, EmotionResult {
	readonly type: 'emotion';
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
	readonly score: number;
	readonly contributors: number;
	readonly reasons: readonly Reason[];
}

export interface ReplyEvent extends EventBase {
	readonly type: 'reply';
	readonly channelId: string;
	readonly text: string;
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

export interface HealthEvent extends EventBase {
	readonly type: 'health';
	readonly sessionId: string;
	readonly members: readonly MemberHealth[];
	/** Packets of members who did not consent and of bots: counted on the wire, never decrypted. */
	readonly ignoredPackets: number;
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
	| NoticeEvent
	| ConsentEvent
	| UtteranceEvent
	| EmotionEvent
	| HeatEvent
	| AlertEvent
	| ReplyEvent
	| SummaryEvent
	| HealthEvent
	| EndEvent;

export type SesEventType = SesEvent['type'];
