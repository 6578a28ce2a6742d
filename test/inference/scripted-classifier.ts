import type { Classification, Classifier, Utterance } from '../../src/domain/index.ts';
import { EMOTIONS, type Emotion } from '../../src/domain/index.ts';

/** Clips that begin with this make the whole call fail. */
export const POISON = -1;

/** An utterance whose audio carries `tag`, which comes back as the probability of anger in thousandths. */
export function utterance(tag: number, overrides: Partial<Utterance> = {}): Utterance {
	return {
		id: `utterance ${tag}`,
		sessionId: 'session',
		speakerId: `speaker ${tag}`,
		startMs: 0,
		endMs: 1000,
		pcm: new Int16Array(1600).fill(tag),
		quality: { durationMs: 1000, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 },
		...overrides,
	};
}

export const tagOf = ({ probabilities }: Classification): number => Math.round(probabilities.anger * 1000);

/** A classifier that does what a test says, when it says. */
export class ScriptedClassifier implements Classifier {
	readonly model = 'scripted@1';
	readonly unsureBelow = 0.5;
	/** The tags of every call so far. */
	readonly batches: number[][] = [];
	/** The lengths of the clips by their tags. */
	readonly #samples = new Map<number, number>();
	readonly #held = new Map<number, PromiseWithResolvers<void>>();
	readonly #waiters: { readonly tag: number; readonly resolve: () => void }[] = [];

	get tags(): number[] {
		return this.batches.flat();
	}

	/** Calls with this tag do not come back until the returned function is called. */
	hold(tag: number): () => void {
		const gate = Promise.withResolvers<void>();
		this.#held.set(tag, gate);
		return () => {
			this.#held.delete(tag);
			gate.resolve();
		};
	}

	/** Resolves when a clip with this tag has come. */
	async reached(tag: number): Promise<void> {
		if (this.tags.includes(tag)) return;
		await new Promise<void>((resolve) => this.#waiters.push({ tag, resolve }));
	}

	samplesOf(tag: number): number | undefined {
		return this.#samples.get(tag);
	}

	async classify(clips: readonly Int16Array[]): Promise<Classification[]> {
		const tags = clips.map((clip) => clip[0] ?? Number.NaN);
		for (const [index, tag] of tags.entries()) this.#samples.set(tag, clips[index]?.length ?? 0);
		this.batches.push(tags);
		for (const { tag, resolve } of this.#waiters) if (tags.includes(tag)) resolve();
		await Promise.all(tags.map((tag) => this.#held.get(tag)?.promise));
		if (tags.includes(POISON)) throw new Error('poison');
		return tags.map((tag) => {
			const probabilities = Object.fromEntries(EMOTIONS.map((emotion) => [emotion, 0])) as Record<Emotion, number>;
			probabilities.anger = tag / 1000;
			probabilities.neutral = 1 - tag / 1000;
			return { model: this.model, probabilities };
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const gate of this.#held.values()) gate.resolve();
	}
}
