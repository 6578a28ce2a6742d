import { BANDS, bitsOf, LARGEST_BITS, SCALE_PEAKS, scaleOf } from './bands.ts';
import { addInverse, BLOCK, transform } from './mdct.ts';

/**
 * Adaptive transform coding (Zelinski & Noll, "Adaptive Transform Coding of Speech Signals", IEEE
 * Transactions on Acoustics, Speech, and Signal Processing 25(4), 1977) with an MDCT: each band of each
 * block has a scale, from which coder and decoder reckon alike how many bits its coefficients get.
 *
 * A block is always as long as any other, so that the length of a clip tells how many bytes it takes.
 * What it costs the model's judgement, beside Opus and ADPCM: docs/queue.md.
 */

/** 7250 bytes for each second at 16 kHz. */
const BLOCK_BYTES = 232;
const COEFFICIENT_BITS = (BLOCK_BYTES - BANDS.length) * 8;

/** The first block begins one block before the samples, so that each sample lies in two. */
const blocksOf = (samples: number): number => Math.ceil(samples / BLOCK) + 1;

/** How many bytes a clip takes. */
export const encodedBytes = (samples: number): number => blocksOf(samples) * BLOCK_BYTES;

/** @param into takes {@link encodedBytes} of them from `offset` on */
export function encode(pcm: Int16Array, into: Uint8Array, offset: number): void {
	const coefficients = new Float64Array(BLOCK);
	for (let block = 0; block < blocksOf(pcm.length); block++) {
		transform(pcm, (block - 1) * BLOCK, coefficients);
		writeBlock(coefficients, into, offset + block * BLOCK_BYTES);
	}
}

function writeBlock(coefficients: Float64Array, into: Uint8Array, start: number): void {
	const scales = into.subarray(start, start + BANDS.length);
	let first = 0;
	for (const [band, width] of BANDS.entries()) {
		let peak = 0;
		for (let n = first; n < first + width; n++) peak = Math.max(peak, Math.abs(coefficients[n] as number));
		scales[band] = scaleOf(peak);
		first += width;
	}
	const bits = bitsOf(scales, COEFFICIENT_BITS);
	const end = start + BLOCK_BYTES;
	let at = start + BANDS.length;
	let held = 0;
	let heldBits = 0;
	first = 0;
	for (const [band, width] of BANDS.entries()) {
		const size = bits[band] as number;
		if (size > 0) {
			const levels = 1 << (size - 1);
			const perUnit = levels / (SCALE_PEAKS[scales[band] as number] as number);
			for (let n = first; n < first + width; n++) {
				const level = Math.floor((coefficients[n] as number) * perUnit) + levels;
				held |= (level < 0 ? 0 : level >= 2 * levels ? 2 * levels - 1 : level) << heldBits;
				heldBits += size;
				while (heldBits >= 8) {
					into[at++] = held;
					held >>>= 8;
					heldBits -= 8;
				}
			}
		}
		first += width;
	}
	if (at < end) into[at++] = held;
	into.fill(0, at, end);
}

/** @param from must hold {@link encodedBytes} of them from `offset` on */
export function decode(from: Uint8Array, offset: number, samples: number): Int16Array {
	const pcm = new Int16Array(samples);
	const coefficients = new Float64Array(BLOCK);
	const sums = new Float64Array(2 * BLOCK);
	for (let block = 0; block < blocksOf(samples); block++) {
		readBlock(from, offset + block * BLOCK_BYTES, coefficients);
		addInverse(coefficients, sums);
		// The first half is complete; it belongs to the block before.
		const start = (block - 1) * BLOCK;
		if (start >= 0) {
			const count = Math.min(BLOCK, samples - start);
			for (let n = 0; n < count; n++) {
				pcm[start + n] = Math.max(-32_768, Math.min(32_767, Math.round(sums[n] as number)));
			}
		}
		sums.copyWithin(0, BLOCK);
		sums.fill(0, BLOCK);
	}
	return pcm;
}

function readBlock(from: Uint8Array, start: number, coefficients: Float64Array): void {
	const scales = from.subarray(start, start + BANDS.length);
	const bits = bitsOf(scales, COEFFICIENT_BITS);
	let at = start + BANDS.length;
	let held = 0;
	let heldBits = 0;
	let first = 0;
	for (const [band, width] of BANDS.entries()) {
		const size = bits[band] as number;
		if (size === 0) coefficients.fill(0, first, first + width);
		else {
			const levels = 1 << (size - 1);
			const unit = (SCALE_PEAKS[scales[band] as number] as number) / levels;
			for (let n = first; n < first + width; n++) {
				while (heldBits < LARGEST_BITS) {
					// Past the end of a block nothing is needed any more.
					held |= (from[at++] ?? 0) << heldBits;
					heldBits += 8;
				}
				coefficients[n] = ((held & (2 * levels - 1)) - levels + 0.5) * unit;
				held >>>= size;
				heldBits -= size;
			}
		}
		first += width;
	}
}
