import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';

/** I–vi–IV–V in C, as semitones above A4's octave below. */
const CHORDS = [
	[3, 7, 10],
	[0, 3, 7],
	[-4, 0, 3],
	[-2, 2, 5],
] as const;
const BEAT_S = 0.5;
const PARTIALS = 6;

const hz = (semitones: number): number => 220 * 2 ** (semitones / 12);

/**
 * A tune that nobody holds rights to: four chords as plucked strings, a bass, a melody from their notes,
 * and a drum on the beat.
 *
 * @returns 16 kHz mono, signed 16 bit
 */
export function music(seconds: number): Int16Array {
	const mixed = new Float32Array(seconds * SAMPLE_RATE_HZ);
	const pluck = (startS: number, frequency: number, gain: number, lengthS: number): void => {
		const start = Math.round(startS * SAMPLE_RATE_HZ);
		const end = Math.min(mixed.length, start + Math.round(lengthS * SAMPLE_RATE_HZ));
		for (let n = start; n < end; n++) {
			const t = (n - start) / SAMPLE_RATE_HZ;
			// The higher a partial, the faster it fades.
			const decay = Math.exp(-t);
			let fading = decay * decay;
			let value = 0;
			for (let partial = 1; partial <= PARTIALS; partial++) {
				fading *= decay;
				value += (Math.sin(2 * Math.PI * frequency * partial * t) * fading) / partial;
			}
			mixed[n] = (mixed[n] as number) + gain * value * Math.min(1, t * 200);
		}
	};
	const drum = (startS: number): void => {
		const start = Math.round(startS * SAMPLE_RATE_HZ);
		let noise = 1;
		for (let n = start; n < Math.min(mixed.length, start + 2400); n++) {
			const t = (n - start) / SAMPLE_RATE_HZ;
			noise = (noise * 16_807) % 2_147_483_647;
			const kick = Math.sin(2 * Math.PI * (50 + 60 * Math.exp(-t * 40)) * t) * Math.exp(-t * 18);
			mixed[n] = (mixed[n] as number) + 0.5 * kick + 0.1 * (noise / 1_073_741_824 - 1) * Math.exp(-t * 50);
		}
	};
	for (let beat = 0; beat * BEAT_S < seconds; beat++) {
		const at = beat * BEAT_S;
		const chord = CHORDS[Math.floor(beat / 4) % CHORDS.length] as readonly [number, number, number];
		drum(at);
		for (const note of chord) pluck(at, hz(note), 0.12, 1);
		pluck(at, hz(chord[0] - 12), 0.2, 0.6);
		pluck(at + BEAT_S / 2, hz((chord[beat % 3] as number) + 12), 0.18, 0.7);
	}
	return Int16Array.from(mixed, (value) => Math.round(Math.max(-1, Math.min(1, value)) * 20_000));
}
