import { Writable } from 'node:stream';
import type { Output } from '../../../src/app/terminal/output.ts';
import {
	type Classification,
	EMOTIONS,
	type Emotion,
	type InferenceOutcome,
	type InferenceQueue,
	type Probabilities,
	SAMPLE_RATE_HZ,
	type Utterance,
} from '../../../src/domain/index.ts';

/** All on one class but for `rest`, which the others share. */
export function mostly(emotion: Emotion, confidence = 0.92): Probabilities {
	const rest = (1 - confidence) / (EMOTIONS.length - 1);
	return Object.fromEntries(EMOTIONS.map((name) => [name, name === emotion ? confidence : rest])) as Record<
		Emotion,
		number
	>;
}

export const classified = (
	probabilities: Probabilities,
	heard: Pick<Classification, 'events' | 'prosody'> = {},
): InferenceOutcome => ({
	status: 'classified',
	classification: { probabilities, model: 'fake@1', ...heard },
});

/** A queue whose answers a test decides on; it keeps what it was asked. */
export class FakeQueue implements InferenceQueue {
	readonly asked: Utterance[] = [];
	highestDepth = 0;
	depth = 0;
	readonly #answer: (utterance: Utterance) => InferenceOutcome | Promise<InferenceOutcome>;

	constructor(answer: (utterance: Utterance) => InferenceOutcome | Promise<InferenceOutcome>) {
		this.#answer = answer;
	}

	async submit(utterance: Utterance): Promise<InferenceOutcome> {
		this.asked.push(utterance);
		this.highestDepth = Math.max(this.highestDepth, ++this.depth);
		// Later ones are answered sooner: nobody may count on the order.
		await new Promise((resolve) => setTimeout(resolve, 5 + (utterance.startMs % 7)));
		this.depth--;
		return this.#answer(utterance);
	}

	async drain(): Promise<void> {}
	async [Symbol.asyncDispose](): Promise<void> {}
}

class CapturedStream extends Writable {
	text = '';
	readonly isTTY = false;

	override _write(chunk: Buffer, _encoding: string, done: () => void): void {
		this.text += chunk.toString();
		done();
	}

	get lines(): string[] {
		return this.text.split('\n').filter((line) => line !== '');
	}
}

/** Standard output and error of a command under test. */
export function captureOutput(): Output & { readonly stdout: CapturedStream; readonly stderr: CapturedStream } {
	return { stdout: new CapturedStream(), stderr: new CapturedStream() } as never;
}

/** Speech as the segmenter sees it: bursts of a voice-like tone in a quiet room. @returns 16 kHz */
export function bursts(
	totalMs: number,
	spans: readonly (readonly [startMs: number, endMs: number])[],
	hz = 180,
): Int16Array {
	const toSample = (ms: number): number => Math.round((ms * SAMPLE_RATE_HZ) / 1000);
	let noise = 1;
	const samples = Int16Array.from({ length: toSample(totalMs) }, () => {
		noise = (noise * 1_103_515_245 + 12_345) & 0x7fff_ffff;
		return Math.round((noise / 0x7fff_ffff - 0.5) * 20);
	});
	for (const [startMs, endMs] of spans) {
		for (let n = toSample(startMs); n < Math.min(toSample(endMs), samples.length); n++) {
			samples[n] = (samples[n] as number) + Math.round(6000 * Math.sin((2 * Math.PI * hz * n) / SAMPLE_RATE_HZ));
		}
	}
	return samples;
}
