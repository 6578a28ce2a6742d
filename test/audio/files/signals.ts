/** Full scale ±1. */
export const tone = (frequencyHz: number, rateHz: number, samples: number, amplitude = 0.5): Float32Array =>
	Float32Array.from({ length: samples }, (_, n) => amplitude * Math.sin((2 * Math.PI * frequencyHz * n) / rateHz));

export const rms = (samples: ArrayLike<number>, from = 0, to = samples.length): number => {
	let sum = 0;
	for (let index = from; index < to; index++) sum += (samples[index] as number) ** 2;
	return Math.sqrt(sum / (to - from));
};

export const toDb = (ratio: number): number => 20 * Math.log10(ratio);

/** Amplitude of one frequency in a signal (a single bin of the Fourier transform). */
export function amplitudeAt(samples: ArrayLike<number>, frequencyHz: number, rateHz: number): number {
	let real = 0;
	let imaginary = 0;
	for (let n = 0; n < samples.length; n++) {
		const angle = (2 * Math.PI * frequencyHz * n) / rateHz;
		real += (samples[n] as number) * Math.cos(angle);
		imaginary += (samples[n] as number) * Math.sin(angle);
	}
	return (2 * Math.hypot(real, imaginary)) / samples.length;
}

export const toInt16 = (samples: Float32Array): Int16Array =>
	Int16Array.from(samples, (sample) => Math.round(sample * 32_767));
