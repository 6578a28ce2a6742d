/** What one speaker said in one go, as far as it counts. */
export interface Turn {
	/** When it ended, or when its last part so far did. */
	readonly at: number;
	readonly speakerId: string;
	/** Probability of anger, 0…1. */
	readonly anger: number;
	readonly valence: number;
	readonly durationMs: number;
}

/** An utterance as it comes from the segmenter: a turn, or a part of a long one. */
export interface TurnPart extends Turn {
	/** On the clock of the session. */
	readonly startMs: number;
	readonly endMs: number;
	/** Whether the model was sure; if not, this only shows that the speaker went on. */
	readonly counts: boolean;
}

interface Floor {
	readonly endMs: number;
	readonly turn: Turn | undefined;
}

/**
 * The turns of the last while. The segmenter splits what is longer than the model takes at once; its
 * parts touch or overlap, and are one turn here: who speaks long has not spoken several times.
 */
export class Turns {
	readonly #windowMs: number;
	#turns: readonly Turn[] = [];
	/** Up to where each speaker has been heard, and the turn that this was part of. */
	readonly #floors = new Map<string, Floor>();

	constructor(windowMs: number) {
		this.#windowMs = windowMs;
	}

	/** Oldest first. */
	get all(): readonly Turn[] {
		return this.#turns;
	}

	add({ startMs, endMs, counts, ...part }: TurnPart): void {
		const floor = this.#floors.get(part.speakerId);
		const begun = floor && startMs <= floor.endMs ? floor.turn : undefined;
		const turn = counts ? this.#joined(begun, part) : begun;
		if (counts && turn) this.#turns = [...this.#turns.filter((each) => each !== begun), turn];
		this.#floors.set(part.speakerId, { endMs, turn });
		this.#turns = this.#turns.filter(({ at }) => part.at - at <= this.#windowMs);
	}

	forget(speakerId: string): void {
		this.#floors.delete(speakerId);
		this.#turns = this.#turns.filter((turn) => turn.speakerId !== speakerId);
	}

	#joined(begun: Turn | undefined, part: Turn): Turn {
		if (!begun) return part;
		// Of a turn that goes on and on only as much counts as of everything else.
		const before = Math.max(0, Math.min(begun.durationMs, this.#windowMs - part.durationMs));
		const durationMs = before + part.durationMs;
		const mean = (one: number, other: number): number =>
			durationMs === 0 ? other : (one * before + other * part.durationMs) / durationMs;
		return {
			...part,
			anger: mean(begun.anger, part.anger),
			valence: mean(begun.valence, part.valence),
			durationMs,
		};
	}
}
