import { FRAME_SAMPLES, powerOf, powerToDb } from '../../../audio/index.ts';
import { SAMPLE_RATE_HZ } from '../../../domain/index.ts';
import { PowerSpectrum } from './fft.ts';

const WINDOW = 512;
const FFT_SIZE = 1024;
const BANDS = 26;
const LOWEST_HZ = 100;
const HIGHEST_HZ = 7000;
/** Cepstral coefficients 1…19: 0 is loudness, which is nobody's voice. */
const COEFFICIENTS = 19;
/** Frames this far below the loudest of the stretch are pauses. */
const PAUSE_DB = 30;
const QUIETEST_DB = -58;
/** Pitch between 64 and 400 Hz. */
const SHORTEST_LAG = 40;
const LONGEST_LAG = 250;
/** A frame whose autocorrelation reaches this share of its energy is voiced. */
const VOICED = 0.4;
const FEWEST_VOICED = 4;
/** Where nothing is voiced: between the voices of men and women, so that it says nothing. */
const NO_PITCH = [8, 6] as const;

/** Length of {@link VoicePrints.of}: mean and spread of the cepstra, and two measures of pitch. */
export const PRINT_SIZE = 2 * COEFFICIENTS + 2;

/** What a stretch of speech tells of whose voice it is. Not for concurrent use. */
export class VoicePrints {
	readonly #spectrum = new PowerSpectrum(FFT_SIZE);
	readonly #hamming = Float64Array.from(
		{ length: WINDOW },
		(_, n) => 0.54 - 0.46 * Math.cos((2 * Math.PI * n) / (WINDOW - 1)),
	);
	readonly #bands = melBands();
	readonly #cosines = Array.from({ length: COEFFICIENTS }, (_, index) =>
		Float64Array.from(
			{ length: BANDS },
			(_, band) => Math.sqrt(2 / BANDS) * Math.cos((Math.PI * (index + 1) * (band + 0.5)) / BANDS),
		),
	);
	readonly #frame = new Float64Array(WINDOW);
	readonly #power = new Float64Array(FFT_SIZE);
	readonly #lags = new Float64Array(LONGEST_LAG);
	// Kept from frame to frame: of a long recording there are half a million.
	readonly #energies = new Float64Array(BANDS);
	readonly #cepstrum = new Float64Array(COEFFICIENTS);
	readonly #sums = new Float64Array(COEFFICIENTS);
	readonly #squares = new Float64Array(COEFFICIENTS);

	/**
	 * Mel-frequency cepstra (Davis & Mermelstein, 1980) over the frames with speech: their means and the logarithms
	 * of their standard deviations; then the median and the 10 % quantile of the pitch, in semitones above 100 Hz.
	 *
	 * @param pcm 16 kHz mono, a stretch of speech of at least half a second
	 * @returns {@link PRINT_SIZE} values, or `undefined` where there is too little to tell anything
	 */
	of(pcm: Int16Array): Float64Array | undefined {
		const pitches: number[] = [];
		const starts = speechFrames(pcm);
		if (starts.length < 10) return undefined;
		const [sums, squares] = [this.#sums.fill(0), this.#squares.fill(0)];
		for (const start of starts) {
			const pitch = this.#analyse(pcm, start);
			if (pitch !== undefined) pitches.push(pitch);
			for (let index = 0; index < COEFFICIENTS; index++) {
				const value = this.#cepstrum[index] as number;
				sums[index] = (sums[index] as number) + value;
				squares[index] = (squares[index] as number) + value * value;
			}
		}
		const print = new Float64Array(PRINT_SIZE);
		for (let index = 0; index < COEFFICIENTS; index++) {
			const mean = (sums[index] as number) / starts.length;
			print[index] = mean;
			const deviation = Math.sqrt(Math.max(0, (squares[index] as number) / starts.length - mean * mean));
			print[COEFFICIENTS + index] = Math.log(deviation + 0.1);
		}
		const [median, low] = pitchOf(pitches);
		print[2 * COEFFICIENTS] = median;
		print[2 * COEFFICIENTS + 1] = low;
		return print;
	}

	/** Writes the cepstrum of a frame. @returns its pitch, where it is voiced */
	#analyse(pcm: Int16Array, start: number): number | undefined {
		const frame = this.#frame;
		let mean = 0;
		for (let n = 0; n < WINDOW; n++) mean += (pcm[start + n] as number) / WINDOW;
		for (let n = 0; n < WINDOW; n++)
			frame[n] = (((pcm[start + n] as number) - mean) / 32_768) * (this.#hamming[n] as number);
		const power = this.#power;
		this.#spectrum.of(frame, power);
		const energies = this.#energies;
		for (let band = 0; band < BANDS; band++) {
			const { first, weights } = this.#bands[band] as Band;
			let sum = 0;
			for (let k = 0; k < weights.length; k++) sum += (weights[k] as number) * (power[first + k] as number);
			energies[band] = Math.log(sum + 1e-6);
		}
		for (let index = 0; index < COEFFICIENTS; index++) {
			const cosine = this.#cosines[index] as Float64Array;
			let sum = 0;
			for (let band = 0; band < BANDS; band++) sum += (energies[band] as number) * (cosine[band] as number);
			this.#cepstrum[index] = sum;
		}
		this.#spectrum.autocorrelation(power, this.#lags);
		let best = SHORTEST_LAG;
		for (let lag = SHORTEST_LAG; lag < LONGEST_LAG; lag++) {
			if ((this.#lags[lag] as number) > (this.#lags[best] as number)) best = lag;
		}
		const voiced = (this.#lags[best] as number) > VOICED * (this.#lags[0] as number) && (this.#lags[0] as number) > 0;
		return voiced ? 12 * Math.log2(SAMPLE_RATE_HZ / best / 100) : undefined;
	}
}

/** Where the frames begin that hold speech rather than a pause. */
function speechFrames(pcm: Int16Array): number[] {
	const starts: number[] = [];
	const levels: number[] = [];
	for (let start = 0; start + WINDOW <= pcm.length; start += FRAME_SAMPLES) {
		starts.push(start);
		levels.push(powerToDb(powerOf(pcm.subarray(start, start + WINDOW))));
	}
	const loudest = levels.reduce((most, level) => Math.max(most, level), Number.NEGATIVE_INFINITY);
	const least = Math.max(loudest - PAUSE_DB, QUIETEST_DB);
	return starts.filter((_, index) => (levels[index] as number) > least);
}

function pitchOf(pitches: number[]): readonly [median: number, low: number] {
	if (pitches.length < FEWEST_VOICED) return NO_PITCH;
	pitches.sort((a, b) => a - b);
	const quantile = (share: number): number => pitches[Math.floor(share * (pitches.length - 1))] as number;
	return [quantile(0.5), quantile(0.1)];
}

interface Band {
	readonly first: number;
	readonly weights: Float64Array;
}

function melBands(): Band[] {
	const mel = (hz: number): number => 1127 * Math.log(1 + hz / 700);
	const hz = (value: number): number => 700 * (Math.exp(value / 1127) - 1);
	const [low, high] = [mel(LOWEST_HZ), mel(HIGHEST_HZ)];
	const edge = (index: number): number => (hz(low + ((high - low) * index) / (BANDS + 1)) * FFT_SIZE) / SAMPLE_RATE_HZ;
	return Array.from({ length: BANDS }, (_, band) => {
		const [from, centre, to] = [edge(band), edge(band + 1), edge(band + 2)];
		const first = Math.ceil(from);
		const count = Math.max(1, Math.floor(to) - first + 1);
		const weights = Float64Array.from({ length: count }, (_, k) => {
			const bin = first + k;
			return Math.max(0, Math.min((bin - from) / (centre - from), (to - bin) / (to - centre)));
		});
		return { first, weights };
	});
}
