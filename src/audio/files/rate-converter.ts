import { SAMPLE_RATE_HZ } from '../../domain/index.ts';
import { Resampler } from './resampler.ts';

/** Brings all channels of a signal to 16 kHz and 16 bit, block by block. */
export class RateConverter {
	readonly #resamplers: readonly Resampler[];

	/** @param fromHz whole hertz */
	constructor(fromHz: number, channels: number) {
		this.#resamplers = Array.from({ length: channels }, () => new Resampler(fromHz, SAMPLE_RATE_HZ));
	}

	/** @param planes one array a channel, full scale ±1. @returns one a channel, all of one length; may be empty */
	push(planes: readonly Float32Array[]): Int16Array[] {
		return this.#resamplers.map((resampler, channel) => toInt16(resampler.push(planes[channel] as Float32Array)));
	}

	/** @returns the end of the signal. Nothing may be pushed afterwards. */
	flush(): Int16Array[] {
		return this.#resamplers.map((resampler) => toInt16(resampler.flush()));
	}
}

/** Full scale ±1 to 16 bit; what goes beyond is clipped, and counted as such by the quality meter. */
function toInt16(samples: Float32Array): Int16Array {
	const result = new Int16Array(samples.length);
	for (let index = 0; index < samples.length; index++) {
		result[index] = Math.max(-32_768, Math.min(32_767, Math.round((samples[index] as number) * 32_768)));
	}
	return result;
}
