/** Zeroth-order modified Bessel function of the first kind, by its power series. */
function besselI0(x: number): number {
	const quarter = (x * x) / 4;
	let sum = 1;
	let term = 1;
	for (let k = 1; term > sum * 1e-12; k++) {
		term *= quarter / (k * k);
		sum += term;
	}
	return sum;
}

/** What a low-pass filter has to do, in hertz, decibels and taps. */
export interface LowPassDesign {
	/** Rate at which the filter's taps are spaced. */
	readonly rateHz: number;
	/** Up to here the signal is kept. */
	readonly passHz: number;
	/** From here on it is down by {@link attenuationDb}. */
	readonly stopHz: number;
	readonly attenuationDb: number;
}

/**
 * How many taps a Kaiser-windowed filter needs (J. F. Kaiser, "Nonrecursive digital filter design
 * using the I0-sinh window function", 1974).
 */
export function kaiserTaps(design: LowPassDesign): number {
	const transition = (2 * Math.PI * (design.stopHz - design.passHz)) / design.rateHz;
	return Math.ceil((design.attenuationDb - 7.95) / (2.285 * transition)) + 1;
}

/**
 * Impulse response of a windowed-sinc low pass with unit gain at 0 Hz, as a function of time.
 *
 * @param halfWidth half the length of the response, in periods of `design.rateHz`
 * @returns the response at `t` periods from its centre; 0 outside of ±`halfWidth`
 */
export function lowPassResponse(design: LowPassDesign, halfWidth: number): (t: number) => number {
	const cutoff = (design.passHz + design.stopHz) / design.rateHz;
	const { attenuationDb: db } = design;
	const beta = db > 50 ? 0.1102 * (db - 8.7) : 0.5842 * (db - 21) ** 0.4 + 0.07886 * (db - 21);
	const scale = cutoff / besselI0(beta);
	return (t) => {
		const position = t / halfWidth;
		if (position <= -1 || position >= 1) return 0;
		const x = Math.PI * cutoff * t;
		const sinc = x === 0 ? 1 : Math.sin(x) / x;
		return scale * sinc * besselI0(beta * Math.sqrt(1 - position * position));
	};
}
