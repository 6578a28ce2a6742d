import type { Hono } from 'hono';
import type { AlertRecord, AlertStore, ConsentStore, GuildSettingsStore, Log, Verdict } from '../domain/index.ts';

/** What the page calls things and people. */
export interface Directory {
	/** Servers that the bot is in. */
	guilds(): readonly { readonly id: string; readonly name: string }[];
	/** @returns `undefined` for a channel that is gone */
	channelName(guildId: string, channelId: string): string | undefined;
	/** Asked for a reveal only. @returns `undefined` for a member who is gone */
	memberName(guildId: string, userId: string): Promise<string | undefined>;
}

export interface InferenceFigures {
	/** `name@version`. */
	readonly model: string;
	readonly workers: number;
	readonly restarts: number;
	readonly provider?: string;
	/** State of the connection; absent with the embedded queue. */
	readonly redis?: string;
	/** Counts by name. */
	readonly queue: Readonly<Record<string, number>>;
}

/** A moderator or operator, in the community where they do something. */
export interface Actor {
	readonly guildId: string;
	/** `console` for an operator. */
	readonly userId: string;
}

/** What became of a change to an alert; `already`: it was like that before. */
export type AlertOutcome =
	| { readonly status: 'unknown' }
	| { readonly status: 'done' | 'already'; readonly alert: AlertRecord };

/** What moderators do with alerts, wherever they do it. Each is in the audit log before it happens. */
export interface AlertDesk {
	acknowledge(who: Actor, alertId: string): Promise<AlertOutcome>;
	judge(who: Actor, alertId: string, verdict: Verdict): Promise<AlertOutcome>;
	/** @returns user ids; `undefined` where there is no such alert */
	reveal(who: Actor, alertId: string, reason: string): Promise<readonly string[] | undefined>;
}

/** How a voice from elsewhere is coded. Opus comes packet by packet, the others as whole samples, interleaved. */
export interface AudioFormat {
	/** Signed 16 bit, little-endian; Opus; µ-law of ITU-T G.711. */
	readonly codec: 'pcm_s16le' | 'opus' | 'mulaw';
	/** Whole hertz. */
	readonly sampleRate: number;
	readonly channels: number;
}

/** Whose voice it is, and where it counts. */
export interface AudioOrigin {
	readonly speakerId: string;
	readonly guildId: string;
	readonly channelId: string;
	/** Language that is spoken. */
	readonly locale: string;
}

/** A voice from elsewhere that is being heard. Disposing of it ends its session and waits for what was said. */
export interface HeardVoice extends AsyncDisposable {
	readonly sessionId: string;
	/** Whether an utterance is open. */
	readonly isSpeech: boolean;
	/** Milliseconds of audio, told without decoding it; `undefined` for what is no such audio. */
	msOf(bytes: Uint8Array): number | undefined;
	/** Takes what was said just now, or right after what came before. Resolves once it is taken in. */
	push(bytes: Uint8Array): Promise<void>;
	/** Stops hearing the speaker and lets go of what is under way. */
	withdraw(): void;
}

/** Where voices from elsewhere are heard. Nothing of them is kept. */
export interface AudioIntake {
	open(origin: AudioOrigin, format: AudioFormat): HeardVoice;
}

/** What the web room needs of the others. */
export interface WebServices {
	readonly alerts: Pick<AlertStore, 'get' | 'list'>;
	readonly desk: AlertDesk;
	readonly consents: ConsentStore;
	readonly settings: GuildSettingsStore;
	readonly directory: Directory;
	/** How long moods are kept where a community has not chosen less. */
	readonly retentionDays: number;
	readonly inference: () => InferenceFigures;
	/** bull-board, made for the path `/queues`. */
	readonly queues?: Hono;
	/** Absent where no audio is taken. */
	readonly audio?: AudioIntake | undefined;
	/** Where the built console lies. */
	readonly consoleFolder: string;
	/** Where the built examples lie. */
	readonly examplesFolder: string;
	readonly log: Log;
}
