import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/domain/index.ts';
import { EMOTION_COLOURS } from '../../src/domain/palette.ts';

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear sRGB. */
const VISION: Readonly<Record<string, { matrix: Matrix; least: number }>> = {
	'all three cones': {
		matrix: [
			[1, 0, 0],
			[0, 1, 0],
			[0, 0, 1],
		],
		least: 0.08,
	},
	protanopia: {
		matrix: [
			[0.152286, 1.052583, -0.204868],
			[0.114503, 0.786281, 0.099216],
			[-0.003882, -0.048116, 1.051998],
		],
		least: 0.08,
	},
	deuteranopia: {
		matrix: [
			[0.367322, 0.860646, -0.227968],
			[0.280085, 0.672501, 0.047413],
			[-0.01182, 0.04294, 0.968881],
		],
		least: 0.08,
	},
	tritanopia: {
		matrix: [
			[1.255528, -0.076749, -0.178779],
			[-0.078411, 0.930809, 0.147602],
			[0.004733, 0.691367, 0.3039],
		],
		least: 0.06,
	},
};

const apply = (matrix: Matrix, [a, b, c]: Vector): Vector => {
	const [x, y, z] = matrix.map((row) => row[0] * a + row[1] * b + row[2] * c);
	return [x ?? 0, y ?? 0, z ?? 0];
};

function linear(hex: string): Vector {
	const [red, green, blue] = [...Buffer.from(hex.slice(1), 'hex')].map((value) => {
		const share = value / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return [red ?? 0, green ?? 0, blue ?? 0];
}

/** OKLab (Ottosson 2020). */
function okLab(colour: Vector): Vector {
	const cones = apply(
		[
			[0.4122214708, 0.5363325363, 0.0514459929],
			[0.2119034982, 0.6806995451, 0.1073969566],
			[0.0883024619, 0.2817188376, 0.6299787005],
		],
		colour,
	);
	return apply(
		[
			[0.2104542553, 0.793617785, -0.0040720468],
			[1.9779984951, -2.428592205, 0.4505937099],
			[0.0259040371, 0.7827717662, -0.808675766],
		],
		[Math.cbrt(cones[0]), Math.cbrt(cones[1]), Math.cbrt(cones[2])],
	);
}

describe('colours of emotions', () => {
	it.each(Object.entries(VISION))('can be told apart with %s', (_name, { matrix, least }) => {
		const seen = [...EMOTIONS, 'unsure' as const].map((label) => {
			const [red, green, blue] = apply(matrix, linear(EMOTION_COLOURS[label]));
			const clip = (value: number) => Math.min(1, Math.max(0, value));
			return { label, lab: okLab([clip(red), clip(green), clip(blue)]) };
		});
		for (const [index, one] of seen.entries()) {
			for (const other of seen.slice(index + 1)) {
				const distance = Math.hypot(...one.lab.map((value, axis) => value - (other.lab[axis] ?? 0)));
				expect(distance, `${one.label} and ${other.label}`).toBeGreaterThan(least);
			}
		}
	});
});
