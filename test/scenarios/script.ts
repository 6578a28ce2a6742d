/** A sound that a scenario can play: a recording of the samples, or one that is made up. */
export interface Clip {
	/** What it is cached under. */
	readonly id: string;
	/** 16 kHz mono, signed 16 bit. */
	readonly pcm: Int16Array;
	readonly durationMs: number;
}

/** Somebody in the channel. */
export interface Member {
	readonly name: string;
	/** Whose recordings speak for them; none for who only plays sounds. */
	readonly voice?: string;
	/** Whether they agreed to be heard. */
	readonly consents: boolean;
	/** Bots are not heard, whatever they agree to. */
	readonly bot: boolean;
}

/** Who plays what when. */
export interface Line {
	readonly who: Member;
	/** Since the scenario began. */
	readonly atMs: number;
	readonly clip: Clip;
	readonly gainDb: number;
}

/**
 * `tuning`: the weights were chosen with it in view. `held-out`: it was written along with the others, and nothing
 * was changed on its account; one for which something is changed becomes `tuning`.
 */
export type ScenarioSet = 'tuning' | 'held-out';

/** A scripted conversation and what it should lead to. */
export interface Scenario {
	readonly name: string;
	readonly about: string;
	readonly set: ScenarioSet;
	readonly members: readonly Member[];
	readonly lines: readonly Line[];
	/** When somebody first turns angry for good, since the beginning; absent where nobody should be warned. */
	readonly onsetMs?: number;
	readonly durationMs: number;
	/** What the state of the channel must be at the end, where that matters. */
	readonly endsIn?: readonly ('calm' | 'warm' | 'hot' | 'cooling')[];
}
