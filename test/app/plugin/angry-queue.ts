import {
	type AudioChunk,
	EMOTIONS,
	type InferenceQueue,
	type SubmitOptions,
	type Utterance,
} from 'speech-emotion-sense';

const RATE = 16_000;
export const FRAME = RATE / 50;

/** Answers `anger` to everything, when it is let. */
export class AngryQueue implements InferenceQueue {
	readonly heard: Utterance[] = [];
	readonly signals: (AbortSignal | undefined)[] = [];
	closed = false;
	gate: Promise<void> = Promise.resolve();
	depth = 0;

	async submit(utterance: Utterance, { signal }: SubmitOptions = {}) {
		this.heard.push(utterance);
		this.signals.push(signal);
		await this.gate;
		const probabilities = Object.fromEntries(
			EMOTIONS.map((emotion) => [emotion, emotion === 'anger' ? 0.93 : 0.01]),
		) as Record<(typeof EMOTIONS)[number], number>;
		return { status: 'classified' as const, classification: { model: 'angry@1', probabilities } };
	}

	async drain() {}
	async [Symbol.asyncDispose]() {
		this.closed = true;
	}
}

/** A voice-like sound of a second and a half over a quiet room, in blocks of 20 ms from `fromMs` on. */
export function* spoken(
	speakerId: string,
	fromMs: number,
	ms = 1500,
): Generator<AudioChunk & { readonly pcm: Int16Array }> {
	for (let at = 0; at < ms; at += 20) {
		const pcm = Int16Array.from({ length: FRAME }, (_, index) => {
			const time = at / 1000 + index / RATE;
			const voice = at >= 300 && at < ms - 200 ? 9000 : 0;
			return voice * Math.sin(2 * Math.PI * 180 * time) * (1 + 0.3 * Math.sin(25 * time)) + (index % 7) - 3;
		});
		yield { speakerId, atMs: fromMs + at, pcm };
	}
}

/** What several say, in the order of time. */
export async function* source(...chunks: Iterable<AudioChunk>[]): AsyncGenerator<AudioChunk> {
	const all = chunks.flatMap((each) => [...each]);
	yield* all.sort((one, other) => (one.atMs ?? 0) - (other.atMs ?? 0));
}
