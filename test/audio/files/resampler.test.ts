import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resampler } from '../../../src/audio/files/index.ts';
import { rms, toDb, tone } from './signals.ts';

function convert(input: Float32Array, fromHz: number, toHz = 16_000, cuts: readonly number[] = []): Float32Array {
	const resampler = new Resampler(fromHz, toHz);
	const parts: Float32Array[] = [];
	let at = 0;
	for (const length of cuts) {
		parts.push(resampler.push(input.subarray(at, at + length)));
		at += length;
	}
	parts.push(resampler.push(input.subarray(at)), resampler.flush());
	const output = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
	let position = 0;
	for (const part of parts) {
		output.set(part, position);
		position += part.length;
	}
	return output;
}

/** Level of a tone after conversion against before, its edges left out. */
function gainDb(frequencyHz: number, fromHz: number): number {
	const output = convert(tone(frequencyHz, fromHz, fromHz / 2), fromHz);
	return toDb(rms(output, 1000, output.length - 1000) / (0.5 / Math.SQRT2));
}

const RATES = [8000, 11_025, 12_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000];

describe('Resampler', () => {
	it.each(RATES)('keeps the pass band of %i Hz within 0.1 dB', (fromHz) => {
		const edge = (Math.min(fromHz, 16_000) / 2) * 0.85;
		for (const frequencyHz of [60, 440, edge / 2, edge * 0.99]) {
			expect(Math.abs(gainDb(frequencyHz, fromHz)), `${frequencyHz} Hz`).toBeLessThan(0.1);
		}
	});

	it.each(RATES.filter((rate) => rate > 16_000))(
		'keeps what lies above 8 kHz from folding down, from %i Hz',
		(fromHz) => {
			const highest = fromHz / 2 - 50;
			for (let frequencyHz = 8050; frequencyHz < highest; frequencyHz += (highest - 8050) / 12) {
				expect(gainDb(frequencyHz, fromHz), `${frequencyHz} Hz`).toBeLessThan(-70);
			}
		},
	);

	it('keeps images away when it goes up', () => {
		const output = convert(tone(3000, 8000, 8000), 8000);
		const ideal = tone(3000, 16_000, 16_000);
		const error = output.map((sample, index) => sample - (ideal[index] as number));
		expect(toDb(rms(error, 500, 15_500) / rms(ideal))).toBeLessThan(-70);
	});

	it.each(RATES)('does not shift in time, from %i Hz', (fromHz) => {
		const output = convert(tone(1000, fromHz, fromHz), fromHz);
		const ideal = tone(1000, 16_000, 16_000);
		const error = output.map((sample, index) => sample - (ideal[index] as number));
		expect(toDb(rms(error, 500, 15_500) / rms(ideal))).toBeLessThan(-70);
	});

	it('gives exactly as many samples as the duration asks for', () => {
		fc.assert(
			fc.property(fc.constantFrom(...RATES, 16_000, 44_056), fc.integer({ min: 0, max: 5000 }), (fromHz, length) => {
				expect(convert(new Float32Array(length), fromHz)).toHaveLength(Math.round((length * 16_000) / fromHz));
			}),
			{ numRuns: 60 },
		);
	});

	it('gives the same however the input is cut', () => {
		const input = tone(777, 44_100, 6000);
		const whole = convert(input, 44_100);
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 8 }), (cuts) => {
				expect(convert(input, 44_100, 16_000, cuts)).toEqual(whole);
			}),
			{ numRuns: 40 },
		);
	});

	it('passes on what is at the right rate already, bit for bit', () => {
		const input = tone(500, 16_000, 1000);
		expect(convert(input, 16_000)).toEqual(input);
	});
});
