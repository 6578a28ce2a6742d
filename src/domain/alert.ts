import type { AlertEvent, HeatState } from './events.ts';

/** One point of a channel's heat over time. */
export interface HeatPoint {
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
	/** 0…1 */
	readonly score: number;
	readonly state: HeatState;
}

/** What a moderator found an alert to be. */
export type Verdict = 'justified' | 'false-alarm';

/** An alert as it is kept: about a channel; who contributed is sealed with it until it is revealed. */
export interface AlertRecord extends Omit<AlertEvent, 'type'> {
	readonly guildId: string;
	readonly channelId: string;
	/** The minutes before the alert, oldest first. */
	readonly heat: readonly HeatPoint[];
	/** The scores from which the channel counted as warm and as hot then, 0…1. */
	readonly thresholds?: { readonly warm: number; readonly hot: number };
	/** User ids of those whose speech it rests on. Shown to nobody but by a reveal, which the audit log keeps. */
	readonly speakers: readonly string[];
	/** Where moderators were called, when they were. */
	readonly message?: { readonly channelId: string; readonly messageId: string };
	/** The moderator who took it on. */
	readonly acknowledged?: { readonly by: string; readonly at: number };
	readonly verdict?: { readonly by: string; readonly at: number; readonly verdict: Verdict };
}

/** What may change about a kept alert. */
export type AlertChange = Partial<Pick<AlertRecord, 'message' | 'acknowledged' | 'verdict'>>;

/** Alerts of communities, for as long as moods are kept. */
export interface AlertStore {
	add(alert: AlertRecord): Promise<void>;
	get(guildId: string, alertId: string): Promise<AlertRecord | undefined>;
	/** Newest first. @param from inclusive, milliseconds since the Unix epoch */
	list(guildId: string, query: { readonly from: number; readonly limit: number }): Promise<AlertRecord[]>;
	/** @returns the alert as it is now; `undefined` where there is none */
	change(guildId: string, alertId: string, change: AlertChange): Promise<AlertRecord | undefined>;
}

/** What a moderator or an operator did that others should be able to look up. */
export type AuditAction =
	| 'setup'
	| 'config'
	| 'pause'
	| 'resume'
	| 'reveal'
	| 'acknowledge'
	| 'verdict'
	| 'mute'
	| 'tune'
	| 'rules'
	| 'slow-mode';

export interface AuditEntry {
	readonly guildId: string;
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
	/** User id of the one who did it; `console` or `system` where it was no member. */
	readonly actor: string;
	readonly action: AuditAction;
	/** What it was done to: an alert id, the name of a setting. */
	readonly subject: string;
	/** The reason given, or the change as `old → new`. */
	readonly detail: string;
}

/** Who did what; entries are added and never changed. */
export interface AuditStore {
	add(entry: AuditEntry): Promise<void>;
	/** Newest first. */
	list(guildId: string, query: { readonly from: number; readonly limit: number }): Promise<AuditEntry[]>;
}
