import { PolyphaseStage } from './polyphase.ts';

/** Kept within 0.1 dB up to this share of the lower Nyquist frequency; the rest is the filter's slope. */
const PASS_SHARE = 0.85;
const ATTENUATION_DB = 80;

/**
 * Changes the sample rate of one channel, block by block.
 *
 * Cascaded polyphase windowed-sinc filters: as long as the rate can be halved above the target, a
 * short wide filter halves it first, so that the steep last filter runs at a low rate (multistage
 * decimation, Crochiere & Rabiner 1983). The output has exactly `round(n · toHz / fromHz)` samples
 * for n samples of input and is aligned with it in time.
 */
export class Resampler {
	readonly #fromHz: number;
	readonly #toHz: number;
	readonly #stages: PolyphaseStage[] = [];
	#received = 0;
	#given = 0;

	/** @param fromHz whole hertz, as @param toHz */
	constructor(fromHz: number, toHz: number) {
		this.#fromHz = fromHz;
		this.#toHz = toHz;
		if (fromHz === toHz) return;
		const nyquist = Math.min(fromHz, toHz) / 2;
		const passHz = nyquist * PASS_SHARE;
		let rate = fromHz;
		while (rate % 2 === 0 && rate / 2 > toHz) {
			// What folds back onto the pass band and its slope is kept out; above, the last stage does the rest.
			const stopHz = rate / 2 - nyquist;
			this.#stages.push(new PolyphaseStage(rate, rate / 2, { passHz, stopHz, attenuationDb: ATTENUATION_DB }));
			rate /= 2;
		}
		// Up to `nyquist` only: an image or alias above the pass band but below Nyquist would be audible.
		if (rate !== toHz) {
			this.#stages.push(new PolyphaseStage(rate, toHz, { passHz, stopHz: nyquist, attenuationDb: ATTENUATION_DB }));
		}
	}

	/** @param input samples at the first rate. @returns samples at the second; may be empty */
	push(input: Float32Array): Float32Array {
		this.#received += input.length;
		return this.#count(this.#stages.reduce((signal, stage) => stage.push(signal), input));
	}

	/** @returns the end of the signal. Nothing may be pushed afterwards. */
	flush(): Float32Array {
		let tail: Float32Array = new Float32Array(0);
		for (const stage of this.#stages) {
			const pushed = stage.push(tail);
			const flushed = stage.flush();
			tail = new Float32Array(pushed.length + flushed.length);
			tail.set(pushed);
			tail.set(flushed, pushed.length);
		}
		const missing = Math.max(0, this.#total() - this.#given);
		if (tail.length >= missing) return tail.subarray(0, missing);
		const padded = new Float32Array(missing);
		padded.set(tail);
		return padded;
	}

	#total(): number {
		return Math.round((this.#received * this.#toHz) / this.#fromHz);
	}

	/** Never gives out more than the input is long, so that the total comes out exactly. */
	#count(output: Float32Array): Float32Array {
		const kept = output.subarray(0, Math.max(0, Math.min(output.length, this.#total() - this.#given)));
		this.#given += kept.length;
		return kept;
	}
}
