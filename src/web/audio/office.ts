import type { Log } from '../../domain/index.ts';
import type { AudioFormat, HeardVoice } from '../services.ts';
import type { AudioLine } from './line.ts';

/** Whose voice a connection brings, and how. */
export interface VoiceRequest {
	readonly speakerId: string;
	readonly guildId: string | undefined;
	readonly channelId: string;
	readonly locale: string;
	readonly format: AudioFormat;
}

/** What a line needs of all of them together. */
export interface LineOffice {
	readonly idleMs: number;
	readonly maxMs: number;
	/** Results that may wait for whoever does not read them. */
	readonly maxBufferedBytes: number;
	readonly log: Log;
	/** @throws {AudioProblem} full, too-many */
	admit(line: AudioLine): void;
	/** @throws {AudioProblem} paused */
	open(line: AudioLine, request: VoiceRequest & { readonly guildId: string }): Promise<HeardVoice>;
	/** What speakers are called outside, and the model. */
	describe(sessionId: string, speakerId: string): { readonly speaker: string; readonly model: string };
	/** The connection is over; its voice ends, if there is one. */
	over(line: AudioLine, voice: HeardVoice | undefined): void;
}
