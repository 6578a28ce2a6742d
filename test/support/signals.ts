import { FRAME_SAMPLES, type Frame } from '../../src/audio/index.ts';

/** A seeded generator (mulberry32): tests that draw numbers draw the same ones each time. */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** White noise of the given level in dBFS (root mean square), as frames of 20 ms. */
export function noise(ms: number, levelDb: number, random = seeded(1)): Frame[] {
	// A uniform draw in ±1 has a root mean square of 1/√3.
	const amplitude = 32_768 * 10 ** (levelDb / 20) * Math.sqrt(3);
	return Array.from({ length: Math.round(ms / 20) }, () => ({
		pcm: Int16Array.from({ length: FRAME_SAMPLES }, () =>
			Math.max(-32_768, Math.min(32_767, Math.round((2 * random() - 1) * amplitude))),
		),
	}));
}

/**
 * Something with the rhythm of speech: syllables of 180 ms at `levelDb`, 60 ms of near silence
 * between them. Steady noise would not do, since that is what a segmenter must learn to ignore.
 */
export function babble(ms: number, levelDb = -25, random = seeded(2)): Frame[] {
	return Array.from({ length: Math.round(ms / 20) }, (_, index) => {
		const between = index % 12 >= 9;
		return noise(20, between ? levelDb - 30 : levelDb, random)[0] as Frame;
	});
}

/** A pause in which the speaker's client sends nothing. */
export const nothing = (ms: number): Frame[] => Array.from({ length: Math.round(ms / 20) }, () => ({ pcm: null }));
