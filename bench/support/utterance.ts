import {
	type Classification,
	type Classifier,
	EMOTIONS,
	type EmotionResult,
	judge,
	type Probabilities,
	type Utterance,
} from '../../src/domain/index.ts';

let count = 0;

/** An utterance with an id of its own; the speakers take turns. */
export function newUtterance(pcm: Int16Array, speakers = 8): Utterance {
	const number = ++count;
	const durationMs = pcm.length / 16;
	return {
		id: `bench-${number}`,
		sessionId: 'bench',
		speakerId: `speaker-${number % speakers}`,
		startMs: number * 1000,
		endMs: number * 1000 + durationMs,
		pcm,
		quality: { durationMs, levelDb: -24, clippedShare: 0, lossShare: 0.01, snrDb: 31 },
	};
}

/** Probabilities in which anger has `share` and the rest is even. */
export const angry = (share: number): Probabilities =>
	Object.fromEntries(
		EMOTIONS.map((emotion) => [emotion, emotion === 'anger' ? share : (1 - share) / (EMOTIONS.length - 1)]),
	) as Record<(typeof EMOTIONS)[number], number>;

/** The judged result of an utterance that was `share` angry. */
export const resultOf = (utterance: Utterance, share: number): EmotionResult =>
	judge(utterance, { model: 'bench@1', probabilities: angry(share) });

/** Answers at once: what is left is the cost of what calls it. */
export class InstantClassifier implements Classifier {
	readonly model = 'instant@1';
	readonly unsureBelow = 0.4;
	readonly #answer: Classification = { model: this.model, probabilities: angry(0.2) };
	readonly #onCall: (() => void) | undefined;

	/** @param onCall told when a batch begins */
	constructor(onCall?: () => void) {
		this.#onCall = onCall;
	}

	async classify(clips: readonly Int16Array[]): Promise<Classification[]> {
		this.#onCall?.();
		return clips.map(() => this.#answer);
	}

	async [Symbol.asyncDispose](): Promise<void> {}
}
