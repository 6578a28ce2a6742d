/**
 * Power spectrum of real signals by a radix-2 FFT (Cooley & Tukey, 1965). Not for concurrent use: the buffers are
 * kept.
 */
export class PowerSpectrum {
	readonly size: number;
	readonly #re: Float64Array;
	readonly #im: Float64Array;
	/** Takes the squared magnitudes that nobody asks for. */
	readonly #unused: Float64Array;
	readonly #cos: Float64Array;
	readonly #sin: Float64Array;
	readonly #reversed: Uint16Array;

	/** @param size of the transform, a power of two */
	constructor(size: number) {
		this.size = size;
		this.#re = new Float64Array(size);
		this.#im = new Float64Array(size);
		this.#unused = new Float64Array(size);
		this.#cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
		this.#sin = Float64Array.from({ length: size / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / size));
		const bits = Math.log2(size);
		this.#reversed = Uint16Array.from({ length: size }, (_, index) => {
			let reversed = 0;
			for (let bit = 0; bit < bits; bit++) reversed |= ((index >> bit) & 1) << (bits - 1 - bit);
			return reversed;
		});
	}

	/**
	 * @param signal at most `size` samples; what is missing counts as zeros
	 * @param power receives `size / 2 + 1` values, or `size` when it is as long (the whole symmetric spectrum)
	 */
	of(signal: Float64Array, power: Float64Array): void {
		const { size } = this;
		const re = this.#re;
		const im = this.#im;
		im.fill(0);
		for (let index = 0; index < size; index++) re[index] = signal[this.#reversed[index] as number] ?? 0;
		for (let half = 1; half < size; half *= 2) {
			const step = size / (2 * half);
			for (let start = 0; start < size; start += 2 * half) {
				for (let k = 0; k < half; k++) {
					const cos = this.#cos[k * step] as number;
					const sin = this.#sin[k * step] as number;
					const low = start + k;
					const high = low + half;
					const hr = re[high] as number;
					const hi = im[high] as number;
					const tr = hr * cos + hi * sin;
					const ti = hi * cos - hr * sin;
					const lr = re[low] as number;
					const li = im[low] as number;
					re[high] = lr - tr;
					im[high] = li - ti;
					re[low] = lr + tr;
					im[low] = li + ti;
				}
			}
		}
		for (let k = 0; k < power.length; k++) power[k] = (re[k] as number) ** 2 + (im[k] as number) ** 2;
	}

	/**
	 * Autocorrelation of the signal that a whole power spectrum is of (Wiener–Khinchin).
	 *
	 * @param power all `size` values
	 * @param lags receives one value for each lag from 0 on, not normalised
	 */
	autocorrelation(power: Float64Array, lags: Float64Array): void {
		this.of(power, this.#unused);
		// The spectrum is real and symmetric, and so is its transform: the real part is all there is.
		for (let lag = 0; lag < lags.length; lag++) lags[lag] = this.#re[lag] as number;
	}
}
