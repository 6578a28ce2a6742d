import type { EmotionResult } from '../domain/index.ts';
import { median } from './median.ts';
import { SpreadSample } from './spread-sample.ts';

/** How one speaker usually sounds in a session: medians, so that a few outbursts leave them where they are. */
export interface UsualVoice {
	/** How many utterances that says so. */
	readonly utterances: number;
	/** Probability of anger, 0…1. */
	readonly anger: number;
	/** −1…1 */
	readonly valence: number;
	/** −1…1 */
	readonly arousal: number;
}

/** Most that are remembered of one speaker: enough for a steady median. */
const MOST_UTTERANCES = 32;

type Sounding = Pick<UsualVoice, 'anger' | 'valence' | 'arousal'>;

/** Learns how one speaker sounds, utterance by utterance. */
export class VoiceBaseline {
	readonly #sample = new SpreadSample<Sounding>(MOST_UTTERANCES);

	/** `undefined` before the first utterance that counts. */
	read(): UsualVoice | undefined {
		const { items, seen } = this.#sample;
		if (seen === 0) return undefined;
		return {
			utterances: seen,
			anger: median(items.map(({ anger }) => anger)),
			valence: median(items.map(({ valence }) => valence)),
			arousal: median(items.map(({ arousal }) => arousal)),
		};
	}

	add({ probabilities, valence, arousal }: EmotionResult): void {
		this.#sample.add({ anger: probabilities.anger, valence, arousal });
	}
}

/** What a voice is taken to be before it is known. */
const PRIOR_ANGER = 0.1;
/** A voice that is always angry is angry: no more of it than this is put down to how it sounds. */
const MOST_EXCUSED = 0.35;
/** After so many utterances half of what a voice's habit excuses is excused. */
const HALF_KNOWN_AFTER = 5;
/** How much of what is habit counts as such when all is known. */
const SHARE = 0.75;

/**
 * Anger read against the speaker's own voice: there are voices that a model always finds a little angry.
 *
 *     excused = 0.75 · n / (n + 5) · max(0, min(usual, 0.35) − 0.1)
 *
 * @param anger 0…1
 * @returns 0…1, at most 0.19 less
 */
export function angerAgainst(anger: number, usual: UsualVoice | undefined): number {
	if (!usual) return anger;
	const known = usual.utterances / (usual.utterances + HALF_KNOWN_AFTER);
	return Math.max(0, anger - SHARE * known * Math.max(0, Math.min(usual.anger, MOST_EXCUSED) - PRIOR_ANGER));
}
