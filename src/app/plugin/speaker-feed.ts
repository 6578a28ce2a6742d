import {
	createOpusDecoder,
	FRAME_MS,
	Moment,
	type OpusDecoder,
	type Segment,
	Segmenter,
	type SegmenterOptions,
	SpeechActivity,
} from '../../audio/index.ts';
import { type AudioChunk, SAMPLE_RATE_HZ } from '../../domain/index.ts';
import { Framer } from '../analysis/framer.ts';

/** Chunks that follow each other this closely are taken to be one stream: clocks drift, timers jitter. */
const JOINED_MS = 200;
/** The source's clock needs no correction. */
const ON_TIME = { delayMs: 0 };

export const durationMs = (pcm: Int16Array): number => (pcm.length * 1000) / SAMPLE_RATE_HZ;

/** One speaker of a source, from chunks to segments. */
export class SpeakerFeed implements Disposable {
	/** When the speaker was speaking lately. */
	readonly activity = new SpeechActivity();
	readonly #segmenter: Segmenter;
	readonly #partials: boolean;
	readonly #framer = new Framer();
	#decoder: Promise<OpusDecoder> | undefined;
	/** Where the next frame begins, and where the next sample lies. */
	#frameMs: number | undefined;
	#nextMs = 0;

	/** @param partials whether speech that goes on is handed out, too, bit by bit */
	constructor(segmenter: SegmenterOptions, partials: boolean) {
		this.#segmenter = new Segmenter(segmenter);
		this.#partials = partials;
	}

	/** Whether an utterance is open. */
	get isSpeech(): boolean {
		return this.#segmenter.isSpeech;
	}

	/** Where what was pushed ends. */
	get heardUntilMs(): number {
		return this.#nextMs;
	}

	/** @returns samples that nobody else changes, or undefined for what is no Opus packet */
	async samples(chunk: AudioChunk): Promise<Int16Array | undefined> {
		if ('opus' in chunk) {
			this.#decoder ??= createOpusDecoder();
			return (await this.#decoder).decode(chunk.opus);
		}
		if (!(chunk.pcm instanceof Int16Array)) throw new TypeError('pcm has to be an Int16Array: 16 kHz, mono');
		// Whoever brings it may use the memory again.
		return chunk.pcm.slice();
	}

	/**
	 * @param atMs when the samples begin; right after what came before when not set
	 * @returns the segments that they complete
	 */
	push(pcm: Int16Array, atMs = this.#nextMs): Segment[] {
		const begun = this.#frameMs !== undefined;
		const segments = begun && atMs - this.#nextMs > JOINED_MS ? this.#pause(atMs) : [];
		if (!begun) this.#nextMs = atMs;
		let frameMs = this.#frameMs ?? atMs;
		for (const frame of this.#framer.push(pcm)) {
			segments.push(...this.#take(frame, frameMs));
			frameMs += FRAME_MS;
		}
		this.#frameMs = frameMs;
		this.#nextMs += durationMs(pcm);
		return segments;
	}

	/** Nothing came from the speaker up to this time: silence closes what is open. */
	lapse(untilMs: number): Segment[] {
		return this.#segmenter.isSpeech && untilMs - this.#nextMs >= FRAME_MS ? this.#pause(untilMs) : [];
	}

	/** Closes what is open. */
	flush(): Segment[] {
		const segments = this.#rest();
		const last = this.#segmenter.flush();
		return last ? [...segments, last] : segments;
	}

	[Symbol.dispose](): void {
		this.#decoder?.then(
			(decoder) => decoder.dispose(),
			() => {},
		);
	}

	/** Silence until `untilMs`. */
	#pause(untilMs: number): Segment[] {
		const segments = this.#rest();
		const frames = Math.round((untilMs - (this.#frameMs ?? untilMs)) / FRAME_MS);
		if (frames > 0) segments.push(...this.#segmenter.skip(frames));
		this.#frameMs = untilMs;
		this.#nextMs = untilMs;
		return segments;
	}

	/** What does not fill a frame, filled up with silence. */
	#rest(): Segment[] {
		const segments: Segment[] = [];
		for (const frame of this.#framer.flush()) {
			const frameMs = this.#frameMs ?? 0;
			segments.push(...this.#take(frame, frameMs));
			this.#frameMs = frameMs + FRAME_MS;
		}
		return segments;
	}

	#take(pcm: Int16Array, frameMs: number): Segment[] {
		const segment = this.#segmenter.push({ pcm, moment: new Moment(ON_TIME, frameMs) });
		if (this.#segmenter.isActive) this.activity.add(frameMs);
		const found = segment ?? (this.#partials ? this.#segmenter.takePartial() : undefined);
		return found ? [found] : [];
	}
}
