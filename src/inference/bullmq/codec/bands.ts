/** Widths of the bands in coefficients of 15.6 Hz: 250 Hz each below 2 kHz, 500 Hz above. */
export const BANDS: readonly number[] = [...Array<number>(8).fill(16), ...Array<number>(12).fill(32)];

const SMALLEST_BITS = 2;
export const LARGEST_BITS = 7;
/** Scales are apart by a quarter of an octave, 1.5 dB. 0 stands for silence. */
const STEPS_PER_OCTAVE = 4;
const LAST_SCALE = 255;

/** The smallest scale whose peak is not below `peak`. */
export const scaleOf = (peak: number): number =>
	peak < 0.5 ? 0 : Math.min(Math.ceil(Math.log2(peak) * STEPS_PER_OCTAVE) + STEPS_PER_OCTAVE + 1, LAST_SCALE);

/** By scale: the largest coefficient that it can hold. */
export const SCALE_PEAKS = Float64Array.from({ length: LAST_SCALE + 1 }, (_, scale) =>
	scale === 0 ? 0 : 2 ** ((scale - STEPS_PER_OCTAVE - 1) / STEPS_PER_OCTAVE),
);

/**
 * A bit more for every two octaves that a band is louder. One for each octave would make the noise the
 * same in all bands (the least in sum, and what ADPCM does), where it drowns the weak ones; none would
 * keep it the same distance below each. The model looks at the logarithm of each band, but at the loud
 * ones through what overlaps them: half way between, its answers change the least.
 */
const STEPS_PER_BIT = 2 * STEPS_PER_OCTAVE;

const bitsAt = (scale: number, level: number): number =>
	scale === 0 ? 0 : Math.max(SMALLEST_BITS, Math.min(LARGEST_BITS, Math.floor((scale + level) / STEPS_PER_BIT)));

/** @returns bits of a coefficient for each band: as many as `budget` bits for all coefficients allow */
export function bitsOf(scales: Uint8Array, budget: number): Uint8Array {
	// At the lowest level every band has its smallest, which always fits; at the highest its largest.
	let fits = -LAST_SCALE;
	let tooMuch = LARGEST_BITS * STEPS_PER_BIT + 1;
	while (tooMuch - fits > 1) {
		const level = (fits + tooMuch) >> 1;
		let total = 0;
		for (let band = 0; band < scales.length; band++) {
			total += bitsAt(scales[band] as number, level) * (BANDS[band] as number);
		}
		if (total <= budget) fits = level;
		else tooMuch = level;
	}
	return scales.map((scale) => bitsAt(scale, fits));
}
