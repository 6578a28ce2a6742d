import type { EmotionResult, HeatState, Reason } from '../domain/index.ts';
import type { Step } from './compose.ts';

/** Tension in a channel, as the heat step leaves it. */
export interface Heat {
	readonly state: HeatState;
	/** The state before this utterance. */
	readonly previous: HeatState;
	/** 0…1 */
	readonly score: number;
	/** Whether this very score makes the channel hot; one that is hot stays so for a while on less. */
	readonly evident: boolean;
	readonly contributors: number;
	readonly reasons: readonly Reason[];
}

/** What the steps see of one utterance and leave for each other. */
export interface EmotionContext {
	readonly result: EmotionResult;
	readonly guildId: string;
	readonly channelId: string;
	/** Language of public messages there. */
	readonly locale: string;
	/** When the utterance ended, milliseconds since the Unix epoch. */
	readonly at: number;
	/** Aborts when the speaker withdraws consent: nothing may be done with the result then. */
	readonly signal: AbortSignal;
	/** How angry the speaker has been lately, 0…1; set by the smoothing step. */
	anger?: number;
	heat?: Heat;
}

export type EmotionStep = Step<EmotionContext>;
