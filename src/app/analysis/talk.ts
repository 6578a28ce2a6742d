import { FRAME_MS, type Stretch } from '../../audio/index.ts';

/** Syllables are no further apart; what lies between belongs to the speech around it. */
const BRIDGED_MS = 200;
/** Shorter sounds are clicks, coughs, a key. */
const SHORTEST_MS = 200;

/** When somebody spoke in one channel: loudness above the noise, nothing of what was said or how. */
export class TalkTrack {
	readonly #stretches: { startMs: number; endMs: number }[] = [];

	/** There was a voice in the frame that began at `startMs`; frames come in order of time. */
	add(startMs: number): void {
		const endMs = startMs + FRAME_MS;
		const last = this.#stretches.at(-1);
		if (last && startMs - last.endMs <= BRIDGED_MS) {
			last.endMs = endMs;
			return;
		}
		if (last && last.endMs - last.startMs < SHORTEST_MS) this.#stretches.pop();
		this.#stretches.push({ startMs, endMs });
	}

	/** In order of time, none longer than `durationMs` allows. */
	stretches(durationMs: number): Stretch[] {
		return this.#stretches
			.filter(({ startMs, endMs }) => endMs - startMs >= SHORTEST_MS && startMs < durationMs)
			.map(({ startMs, endMs }) => ({ startMs, endMs: Math.min(endMs, durationMs) }));
	}
}
