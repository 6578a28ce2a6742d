/** Coefficients of a block, and by how many samples blocks are apart: 32 ms at 16 kHz. */
export const BLOCK = 512;
const HALF = BLOCK / 2;

/** Sine window (Princen & Bradley 1986): what overlaps adds up to one. */
const WINDOW = Float64Array.from({ length: 2 * BLOCK }, (_, n) => Math.sin((Math.PI * (n + 0.5)) / (2 * BLOCK)));

const turn = (count: number, angleOf: (n: number) => number): { re: Float64Array; im: Float64Array } => ({
	re: Float64Array.from({ length: count }, (_, n) => Math.cos(angleOf(n))),
	im: Float64Array.from({ length: count }, (_, n) => -Math.sin(angleOf(n))),
});
/** Before and after the Fourier transform that a DCT-IV is made of. */
const TWIST = turn(HALF, (n) => (Math.PI * (4 * n + 1)) / (4 * BLOCK));
const ROOTS = turn(HALF / 2, (n) => (2 * Math.PI * n) / HALF);
const BITS = Math.log2(HALF);
const REVERSED = Uint8Array.from({ length: HALF }, (_, n) => {
	let reversed = 0;
	for (let bit = 0; bit < BITS; bit++) reversed |= ((n >> bit) & 1) << (BITS - 1 - bit);
	return reversed;
});

const re = new Float64Array(HALF);
const im = new Float64Array(HALF);
const windowed = new Float64Array(2 * BLOCK);

/** Radix-2, in place in `re` and `im`, whose order is bit-reversed before. */
function fourier(): void {
	for (let size = 2; size <= HALF; size *= 2) {
		const half = size / 2;
		const stride = HALF / size;
		for (let start = 0; start < HALF; start += size) {
			for (let n = 0; n < half; n++) {
				const rootRe = ROOTS.re[n * stride] as number;
				const rootIm = ROOTS.im[n * stride] as number;
				const low = start + n;
				const high = low + half;
				const highRe = re[high] as number;
				const highIm = im[high] as number;
				const turnedRe = highRe * rootRe - highIm * rootIm;
				const turnedIm = highRe * rootIm + highIm * rootRe;
				re[high] = (re[low] as number) - turnedRe;
				im[high] = (im[low] as number) - turnedIm;
				re[low] = (re[low] as number) + turnedRe;
				im[low] = (im[low] as number) + turnedIm;
			}
		}
	}
}

/** DCT-IV of `BLOCK` values, in place; twice in a row it multiplies by BLOCK / 2. */
function dct4(values: Float64Array): void {
	for (let n = 0; n < HALF; n++) {
		const a = values[2 * n] as number;
		const b = values[BLOCK - 1 - 2 * n] as number;
		const c = TWIST.re[n] as number;
		const s = TWIST.im[n] as number;
		const at = REVERSED[n] as number;
		re[at] = a * c - b * s;
		im[at] = a * s + b * c;
	}
	fourier();
	for (let n = 0; n < HALF; n++) {
		const c = TWIST.re[n] as number;
		const s = TWIST.im[n] as number;
		const a = re[n] as number;
		const b = im[n] as number;
		values[2 * n] = a * c - b * s;
		values[BLOCK - 1 - 2 * n] = -(a * s + b * c);
	}
}

/**
 * Modified discrete cosine transform of the `2 * BLOCK` samples from `start` on; what lies outside of
 * `pcm` counts as silence.
 *
 * @param into takes BLOCK coefficients
 */
export function transform(pcm: Int16Array, start: number, into: Float64Array): void {
	for (let n = 0; n < 2 * BLOCK; n++) {
		const from = start + n;
		windowed[n] = from < 0 || from >= pcm.length ? 0 : (pcm[from] as number) * (WINDOW[n] as number);
	}
	for (let n = 0; n < HALF; n++) {
		into[n] = -(windowed[3 * HALF - 1 - n] as number) - (windowed[3 * HALF + n] as number);
		into[HALF + n] = (windowed[n] as number) - (windowed[BLOCK - 1 - n] as number);
	}
	dct4(into);
}

/**
 * The way back, added to what the block before left in its second half.
 *
 * @param coefficients of {@link transform}; overwritten
 * @param sums `2 * BLOCK` values
 */
export function addInverse(coefficients: Float64Array, sums: Float64Array): void {
	dct4(coefficients);
	const add = (n: number, value: number): void => {
		sums[n] = (sums[n] as number) + (value * (WINDOW[n] as number)) / HALF;
	};
	for (let n = 0; n < HALF; n++) {
		const first = coefficients[n] as number;
		const second = coefficients[HALF + n] as number;
		add(n, second);
		add(BLOCK - 1 - n, -second);
		add(3 * HALF - 1 - n, -first);
		add(3 * HALF + n, -first);
	}
}
