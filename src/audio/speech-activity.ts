import { FRAME_MS } from './frame.ts';

/** Syllables are no further apart; what lies between belongs to the speech around it. */
const BRIDGED_MS = 200;
/** Shorter sounds are clicks, coughs, a key. */
const SHORTEST_MS = 200;
/** How many stretches are remembered: more than the longest utterance, with all that may hold it up, can touch. */
const MOST_STRETCHES = 64;

/** A stretch of time in milliseconds since the start of the session. */
export interface Stretch {
	readonly startMs: number;
	readonly endMs: number;
}

/**
 * When one speaker was speaking lately, known frame by frame and so before the utterance is over that
 * it will be part of. Bounded: it forgets the oldest.
 */
export class SpeechActivity {
	readonly #stretches: { startMs: number; endMs: number }[] = [];

	/** Someone spoke for the length of a frame. */
	add(startMs: number): void {
		const endMs = startMs + FRAME_MS;
		const last = this.#stretches.at(-1);
		if (last && startMs - last.endMs <= BRIDGED_MS && endMs >= last.startMs) {
			last.startMs = Math.min(last.startMs, startMs);
			last.endMs = Math.max(last.endMs, endMs);
			return;
		}
		// A click leaves no trace once something else has followed.
		if (last && last.endMs - last.startMs < SHORTEST_MS) this.#stretches.pop();
		this.#stretches.push({ startMs, endMs });
		if (this.#stretches.length > MOST_STRETCHES) this.#stretches.shift();
	}

	/** What was said between two times, cut to them; oldest first. */
	between(startMs: number, endMs: number): Stretch[] {
		return this.#stretches
			.filter((each) => each.endMs - each.startMs >= SHORTEST_MS && each.startMs < endMs && each.endMs > startMs)
			.map((each) => ({ startMs: Math.max(each.startMs, startMs), endMs: Math.min(each.endMs, endMs) }));
	}
}

/** How many milliseconds are covered by at least one of the stretches. */
export function coveredMs(stretches: readonly Stretch[]): number {
	let coveredUntilMs = Number.NEGATIVE_INFINITY;
	let totalMs = 0;
	for (const { startMs, endMs } of [...stretches].sort((a, b) => a.startMs - b.startMs)) {
		totalMs += Math.max(0, endMs - Math.max(startMs, coveredUntilMs));
		coveredUntilMs = Math.max(coveredUntilMs, endMs);
	}
	return totalMs;
}
