/** What one speaker said in one go, or a part of it where that was long. */
export interface Turn {
	/** When it ended. */
	readonly at: number;
	readonly speakerId: string;
	/** Probability of anger, 0…1. */
	readonly anger: number;
	/** How playful it sounds, 0…1. */
	readonly joy: number;
	/** −1…1 */
	readonly valence: number;
	readonly durationMs: number;
	/** For how much of it others spoke, too, 0…1. */
	readonly overlap: number;
	/** As how many turns it counts: one, unless it is a part of a longer one. */
	readonly count: number;
	/** Whether the model was sure of it. If not it was said all the same, but nothing is known of how. */
	readonly sure: boolean;
}

/** An utterance as it comes from the segmenter: a turn, or a part of a long one. */
export interface TurnPart extends Omit<Turn, 'count' | 'durationMs'> {
	/** On the clock of the session. */
	readonly startMs: number;
	readonly endMs: number;
	/** Whether somebody spoke in it at all, as far as can be told; if not, it only shows that the floor was held. */
	readonly speech: boolean;
}

/** Laughter that was heard in what somebody said, or in its place. */
export interface Laugh {
	readonly at: number;
	readonly speakerId: string;
	/** How much of one it was, 0…1. */
	readonly weight: number;
}

interface Floor {
	readonly endMs: number;
	/** How long the speaker has gone on by then. */
	readonly spokenMs: number;
}

/** In a conversation a turn is seldom longer; who goes on has said as much as others in several. */
const TURN_MS = 8000;

const countOf = (spokenMs: number): number => (spokenMs === 0 ? 0 : Math.max(1, spokenMs / TURN_MS));

/**
 * The turns of the last while. The segmenter splits what is longer than the model takes at once; its
 * parts touch or overlap. Up to eight seconds they are one turn together, whatever they are cut into, and
 * from then on every eight seconds count as one: a monologue is neither one turn nor ten.
 */
export class Turns {
	readonly #windowMs: number;
	#turns: readonly Turn[] = [];
	#laughs: readonly Laugh[] = [];
	/** Up to where each speaker has been heard. */
	readonly #floors = new Map<string, Floor>();

	constructor(windowMs: number) {
		this.#windowMs = windowMs;
	}

	/** Oldest first. */
	get all(): readonly Turn[] {
		return this.#turns;
	}

	get laughs(): readonly Laugh[] {
		return this.#laughs;
	}

	add({ startMs, endMs, speech, ...part }: TurnPart): void {
		const floor = this.#floors.get(part.speakerId);
		const goesOn = floor !== undefined && startMs <= floor.endMs && endMs > floor.endMs;
		const before = goesOn ? floor.spokenMs : 0;
		const durationMs = Math.max(0, endMs - (goesOn ? floor.endMs : startMs));
		const spokenMs = before + durationMs;
		this.#floors.set(part.speakerId, { endMs: Math.max(endMs, floor?.endMs ?? endMs), spokenMs });
		const recent = this.#turns.filter(({ at }) => part.at - at <= this.#windowMs);
		const count = countOf(spokenMs) - countOf(before);
		this.#turns = speech ? [...recent, { ...part, durationMs, count }] : recent;
	}

	laughed(laugh: Laugh): void {
		this.#laughs = [...this.#laughs.filter(({ at }) => laugh.at - at <= this.#windowMs), laugh];
	}

	forget(speakerId: string): void {
		this.#floors.delete(speakerId);
		this.#turns = this.#turns.filter((turn) => turn.speakerId !== speakerId);
		this.#laughs = this.#laughs.filter((laugh) => laugh.speakerId !== speakerId);
	}
}
