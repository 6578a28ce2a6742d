/** Samples of a packet of 20 ms at 16 kHz. */
export const WINDOW = 320;
const BANDS = 40;
/** Below this a band is silence to the ear and to the model; distances there would be of noise only. */
const FLOOR = 1e-7;

/** Energies of a frame in bands of 200 Hz, by a plain discrete Fourier transform. */
function bandsOf(pcm: Int16Array): number[] {
	return Array.from({ length: BANDS }, (_, band) => {
		let energy = 0;
		for (let bin = band * 4 + 1; bin <= band * 4 + 4; bin++) {
			let [re, im] = [0, 0];
			for (let n = 0; n < WINDOW; n++) {
				const sample = ((pcm[n] ?? 0) / 32_768) * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW));
				re += sample * Math.cos((2 * Math.PI * bin * n) / WINDOW);
				im -= sample * Math.sin((2 * Math.PI * bin * n) / WINDOW);
			}
			energy += (re * re + im * im) / WINDOW;
		}
		return Math.max(energy, FLOOR);
	});
}

/** Log-spectral distance in dB (Gray and Markel, 1976), in bands. */
export function distanceDb(one: Int16Array, other: Int16Array): number {
	const [a, b] = [bandsOf(one), bandsOf(other)];
	const sum = a.reduce((total, energy, band) => total + (10 * Math.log10(energy / (b[band] as number))) ** 2, 0);
	return Math.sqrt(sum / BANDS);
}
