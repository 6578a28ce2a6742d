import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import type { Prng } from '../../src/sim/index.ts';
import { speechOf } from './speech.ts';

const samplesOf = (ms: number): number => Math.round((ms * SAMPLE_RATE_HZ) / 1000);

const NOISE = new URL('../../samples/noise/', import.meta.url);
/** The steadier of the two recordings. */
const RAIN = 'rain__1-21189';
/** A decoder begins softly: put one after the other, whole recordings would have a gap in every seam. */
const EDGE_SAMPLES = samplesOf(100);

/** Sounds that are no speech of the speaker's own, of any level, as floats. */
export type Noise = 'babble' | 'keyboard' | 'breath' | 'rain';
export const NOISES: readonly Noise[] = ['babble', 'keyboard', 'breath', 'rain'];

/** @param voices recordings of others, for the babble */
export async function noiseOf(
	kind: Noise,
	samples: number,
	voices: readonly Int16Array[],
	draw: Prng,
): Promise<Float32Array> {
	switch (kind) {
		case 'babble':
			return babble(samples, voices, draw);
		case 'keyboard':
			return keyboard(samples, draw);
		case 'breath':
			return breath(samples, draw);
		case 'rain':
			return repeated(
				samples,
				(await speechOf(NOISE, 1, RAIN)).map((clip) => clip.subarray(EDGE_SAMPLES, -EDGE_SAMPLES)),
			);
	}
}

const TALKERS = 6;

/** Six others who speak without a pause, as in the room behind the speaker. */
function babble(samples: number, voices: readonly Int16Array[], draw: Prng): Float32Array {
	const mixed = new Float32Array(samples);
	for (let talker = 0; talker < TALKERS; talker++) {
		const order = voices.toSorted(() => draw() - 0.5);
		const voice = repeated(samples, order);
		for (let index = 0; index < samples; index++) mixed[index] = (mixed[index] as number) + (voice[index] as number);
	}
	return mixed;
}

function repeated(samples: number, clips: readonly Int16Array[]): Float32Array {
	const stream = new Float32Array(samples);
	for (let at = 0, next = 0; at < samples; next++) {
		const clip = clips[next % clips.length];
		if (!clip || clip.length === 0) throw new RangeError('There is nothing to repeat.');
		stream.set(clip.subarray(0, samples - at), at);
		at += clip.length;
	}
	return stream;
}

const KEYS_PER_S = 6;
const KEY_MS = 40;

/** A mechanical keyboard near the microphone: each key a click that dies away, and a weaker one when it comes up. */
function keyboard(samples: number, draw: Prng): Float32Array {
	const stream = new Float32Array(samples);
	const click = (at: number, strength: number): void => {
		const length = Math.min(samplesOf(KEY_MS), samples - at);
		for (let index = 0; index < length; index++) {
			const fading = strength * Math.exp(-index / samplesOf(KEY_MS / 8));
			stream[at + index] = (stream[at + index] as number) + fading * (2 * draw() - 1);
		}
	};
	for (let at = 0; at < samples; ) {
		click(at, 0.5 + 0.5 * draw());
		const up = at + samplesOf(60 + 60 * draw());
		if (up < samples) click(up, 0.3 * draw());
		// As irregular as arrivals can be (exponential), typing in bursts.
		at += samplesOf((-Math.log(1 - draw()) * 1000) / KEYS_PER_S) + 1;
	}
	return stream;
}

const BREATH_EVERY_MS = 3500;
const BREATH_MS = 900;

/** Somebody breathing into the microphone: noise of low pitch that swells and goes, every few seconds. */
function breath(samples: number, draw: Prng): Float32Array {
	const stream = new Float32Array(samples);
	for (let at = 0; at < samples; at += samplesOf(BREATH_EVERY_MS * (0.7 + 0.6 * draw()))) {
		const length = Math.min(samplesOf(BREATH_MS * (0.7 + 0.6 * draw())), samples - at);
		let low = 0;
		for (let index = 0; index < length; index++) {
			// A first-order low pass at about 800 Hz.
			low += 0.27 * (2 * draw() - 1 - low);
			stream[at + index] = low * Math.sin((Math.PI * index) / length) ** 2;
		}
	}
	return stream;
}
