import { Segmenter, type SegmenterOptions } from '../../../audio/index.ts';
import { Framer } from '../framer.ts';
import type { VoiceUnit } from './separate.ts';
import { VoicePrints } from './voice-print.ts';

/** A turn may change hands in a pause that is far shorter than the end of an utterance. */
const UNITS = {
	startMs: 120,
	endMs: 200,
	minDurationMs: 300,
	maxDurationMs: 3000,
	overlapMs: 0,
	padMs: 0,
	contextMs: 0,
};

/** Gathers the stretches of speech of one channel and what they tell of the voice; no audio is kept. */
export class VoiceListener {
	readonly units: VoiceUnit[] = [];
	readonly #framer = new Framer();
	readonly #segmenter: Segmenter;
	readonly #prints = new VoicePrints();

	constructor(options: Partial<SegmenterOptions> = {}) {
		this.#segmenter = new Segmenter({ ...options, ...UNITS });
	}

	push(samples: Int16Array): void {
		for (const pcm of this.#framer.push(samples)) this.#take(this.#segmenter.push({ pcm }));
	}

	flush(): void {
		for (const pcm of this.#framer.flush()) this.#take(this.#segmenter.push({ pcm }));
		this.#take(this.#segmenter.flush());
	}

	#take(segment: ReturnType<Segmenter['push']>): void {
		if (!segment) return;
		const { startMs, endMs, pcm } = segment;
		this.units.push({ startMs, endMs, print: this.#prints.of(pcm) });
	}
}
