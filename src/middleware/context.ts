import type { EmotionResult, HeatState, Reason } from '../domain/index.ts';
import type { Step } from './compose.ts';
import type { UsualVoice } from './usual-voice.ts';

/** Tension in a channel, as the heat step leaves it. */
export interface Heat {
	readonly state: HeatState;
	/** The state before this utterance. */
	readonly previous: HeatState;
	/** 0…1 */
	readonly score: number;
	/** Whether this very score makes the channel hot; one that is hot stays so for a while on less. */
	readonly evident: boolean;
	/** How many members it rests on. */
	readonly contributors: number;
	/** Who they are, for an alert to keep under seal; nothing that is shown or published may hold it. */
	readonly speakers: readonly string[];
	readonly reasons: readonly Reason[];
	/** From which scores on the channel is warm and hot, with the community's own shift. */
	readonly thresholds: { readonly warm: number; readonly hot: number };
}

/** What the steps see of one utterance and leave for each other. */
export interface EmotionContext {
	/** What the model made of it. A gate that finds it unfit puts one that abstains in its place. */
	result: EmotionResult;
	readonly guildId: string;
	readonly channelId: string;
	/** Language of public messages there. */
	readonly locale: string;
	/** When the utterance ended, milliseconds since the Unix epoch. */
	readonly at: number;
	/** Aborts when the speaker withdraws consent: nothing may be done with the result then. */
	readonly signal: AbortSignal;
	/** How the speaker usually sounds in this session, this utterance not included; set by the baseline step. */
	usual?: UsualVoice;
	/** How angry the speaker has been lately, 0…1; set by the smoothing step. */
	anger?: number;
	/** How tired the speaker sounds against their own baseline, 0…1: experimental; set by the fatigue step. */
	fatigue?: number;
	heat?: Heat;
}

export type EmotionStep = Step<EmotionContext>;
