// biome-ignore-all lint/style/noNonNullAssertion: the matrices are dense, and their bounds stand in the loops
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PRINT_SIZE, VoicePrints } from '../src/app/analysis/voices/voice-print.ts';
import { openRecording } from '../src/audio/files/index.ts';

/**
 * Learns in which directions voices differ between speakers rather than within one who speaks with different
 * emotions: linear discriminant analysis (Fisher, 1936), with what occurs within a speaker whitened.
 *
 *     node scripts/train-voice-space.ts --corpus ~/data/crema-d --corpus ~/data/emo-db
 *
 * A corpus is a folder with one folder for each speaker. Writes src/app/analysis/voices/voice-space.ts.
 */
const DIMENSIONS = 16;
const OUTPUT = fileURLToPath(new URL('../src/app/analysis/voices/voice-space.ts', import.meta.url));

const { values } = parseArgs({
	options: { corpus: { type: 'string', multiple: true }, clips: { type: 'string', default: '24' } },
});

type Matrix = Float64Array[];
const zeros = (): Matrix => Array.from({ length: PRINT_SIZE }, () => new Float64Array(PRINT_SIZE));

async function printsOf(folder: string, most: number): Promise<Float64Array[]> {
	const names = (await readdir(folder)).sort();
	const step = Math.max(1, names.length / most);
	const prints: Float64Array[] = [];
	const voices = new VoicePrints();
	for (let at = 0; at < names.length; at += step) {
		await using recording = await openRecording(join(folder, names[Math.floor(at)] as string));
		const samples: number[] = [];
		for await (const [block] of recording.blocks()) for (const sample of block as Int16Array) samples.push(sample);
		const print = voices.of(Int16Array.from(samples));
		if (print) prints.push(print);
	}
	return prints;
}

const meanOf = (rows: readonly Float64Array[]): Float64Array =>
	Float64Array.from(
		{ length: PRINT_SIZE },
		(_, k) => rows.reduce((sum, row) => sum + (row[k] as number), 0) / rows.length,
	);

/** Adds the covariance of `rows` to `sum`. */
function addCovariance(sum: Matrix, rows: readonly Float64Array[]): void {
	const mean = meanOf(rows);
	for (const row of rows) {
		for (let i = 0; i < PRINT_SIZE; i++) {
			const di = ((row[i] as number) - (mean[i] as number)) / rows.length;
			for (let j = 0; j < PRINT_SIZE; j++)
				(sum[i] as Float64Array)[j]! += di * ((row[j] as number) - (mean[j] as number));
		}
	}
}

/** Eigenvalues and eigenvectors (as columns) of a symmetric matrix, by Jacobi's rotations. */
function jacobi(matrix: Matrix): { values: number[]; vectors: Matrix } {
	const a = matrix.map((row) => Float64Array.from(row));
	const v = zeros();
	for (let i = 0; i < PRINT_SIZE; i++) (v[i] as Float64Array)[i] = 1;
	for (let sweep = 0; sweep < 60; sweep++) {
		for (let p = 0; p < PRINT_SIZE; p++) {
			for (let q = p + 1; q < PRINT_SIZE; q++) {
				const apq = a[p]![q]!;
				if (Math.abs(apq) < 1e-14) continue;
				const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq);
				const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
				const c = 1 / Math.sqrt(t * t + 1);
				const s = t * c;
				for (let k = 0; k < PRINT_SIZE; k++) {
					const [kp, kq] = [a[k]![p]!, a[k]![q]!];
					a[k]![p] = c * kp - s * kq;
					a[k]![q] = s * kp + c * kq;
				}
				for (let k = 0; k < PRINT_SIZE; k++) {
					const [pk, qk] = [a[p]![k]!, a[q]![k]!];
					a[p]![k] = c * pk - s * qk;
					a[q]![k] = s * pk + c * qk;
					const [vp, vq] = [v[k]![p]!, v[k]![q]!];
					v[k]![p] = c * vp - s * vq;
					v[k]![q] = s * vp + c * vq;
				}
			}
		}
	}
	return { values: a.map((row, index) => row[index]!), vectors: v };
}

const times = (a: Matrix, b: Matrix): Matrix =>
	a.map((row) =>
		Float64Array.from({ length: b[0]!.length }, (_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)),
	);
const transposed = (a: Matrix): Matrix => Array.from(a[0]!, (_, j) => Float64Array.from(a, (row) => row[j]!));

const within = zeros();
const between = zeros();
const names: string[] = [];
let speakers = 0;
for (const corpus of values.corpus ?? []) {
	const means: Float64Array[] = [];
	for (const speaker of (await readdir(corpus)).sort()) {
		const prints = await printsOf(join(corpus, speaker), Number(values.clips));
		if (prints.length < 5) continue;
		addCovariance(within, prints);
		means.push(meanOf(prints));
		speakers++;
	}
	// Speakers are compared within their corpus: its microphone is not their voice.
	addCovariance(between, means);
	names.push(`${corpus.split('/').at(-1)} (${means.length} speakers)`);
	process.stdout.write(`${names.at(-1)}\n`);
}
const trace = within.reduce((sum, row, i) => sum + row[i]!, 0) / speakers;
for (let i = 0; i < PRINT_SIZE; i++) {
	for (let j = 0; j < PRINT_SIZE; j++) within[i]![j]! /= speakers;
	within[i]![i]! += (1e-3 * trace) / PRINT_SIZE;
}
const spread = jacobi(within);
const whitening = spread.vectors.map((row) => row.map((value, k) => value / Math.sqrt(spread.values[k]!)));
const found = jacobi(times(times(transposed(whitening), between), whitening));
const order = found.values.map((value, index) => ({ value, index })).sort((a, b) => b.value - a.value);
const space = times(whitening, found.vectors).map((row) =>
	order.slice(0, DIMENSIONS).map(({ index }) => Number(row[index]!.toPrecision(4))),
);
await writeFile(
	OUTPUT,
	`// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: they are measured
// Written by scripts/train-voice-space.ts.

/**
 * From a voice print to a space in which one speaker spreads by about 1 in every direction, whatever the emotion, and
 * speakers lie apart: a row for each value of the print. Learnt from ${names.join(' and ')};
 * none of the clips in samples/ is among them.
 */
export const VOICE_SPACE: readonly (readonly number[])[] = ${JSON.stringify(space)};
`,
);
process.stdout.write(
	`${order
		.slice(0, DIMENSIONS)
		.map(({ value }) => value.toFixed(2))
		.join(' ')}\n`,
);
