import { FRAME_SAMPLES } from '../../audio/index.ts';

/** Cuts blocks of any length into frames of 20 ms. */
export class Framer {
	#rest = new Int16Array(0);

	/** Whole frames, most of them views of `samples`. */
	*push(samples: Int16Array): Generator<Int16Array> {
		let at = 0;
		if (this.#rest.length > 0) {
			at = Math.min(samples.length, FRAME_SAMPLES - this.#rest.length);
			const joined = new Int16Array(this.#rest.length + at);
			joined.set(this.#rest);
			joined.set(samples.subarray(0, at), this.#rest.length);
			this.#rest = joined;
			if (joined.length < FRAME_SAMPLES) return;
			yield joined;
		}
		for (; at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES) yield samples.subarray(at, at + FRAME_SAMPLES);
		this.#rest = samples.slice(at);
	}

	/** What is left, filled up with silence. */
	*flush(): Generator<Int16Array> {
		if (this.#rest.length === 0) return;
		const frame = new Int16Array(FRAME_SAMPLES);
		frame.set(this.#rest);
		this.#rest = new Int16Array(0);
		yield frame;
	}
}
