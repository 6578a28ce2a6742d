import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';

const samplesOf = (ms: number): number => Math.round((ms * SAMPLE_RATE_HZ) / 1000);

/** "Ha" comes about four times a second (Bachorowski et al., "The acoustic features of human laughter", 2001). */
const PERIOD_MS = 250;
const VOWEL_MS = 70;
const BREATH_MS = 60;

/** Where the loudest stretch of `length` samples begins: a stressed vowel. */
function loudest(pcm: Int16Array, length: number): number {
	let power = 0;
	let best = { at: 0, power: 0 };
	for (let n = 0; n < pcm.length; n++) {
		power += (pcm[n] as number) ** 2 - (n >= length ? (pcm[n - length] as number) ** 2 : 0);
		if (n >= length && power > best.power) best = { at: n - length, power };
	}
	return best.at;
}

/**
 * Laughter in the voice of a recording: its loudest vowel, again and again with breath before it, higher at
 * first and then falling and fading, as laughter does.
 *
 * @param pcm 16 kHz mono, a second of speech at least
 * @param bursts how often it goes "ha"
 */
export function laughterFrom(pcm: Int16Array, bursts: number): Int16Array {
	const length = samplesOf(VOWEL_MS);
	const source = pcm.subarray(loudest(pcm, 2 * length));
	const made = new Float32Array(samplesOf(PERIOD_MS) * bursts + samplesOf(300));
	let noise = 7;
	for (let burst = 0; burst < bursts; burst++) {
		const start = samplesOf(100 + burst * PERIOD_MS * (1 - 0.02 * burst));
		const speed = 1.8 - 0.6 * (burst / bursts);
		const gain = 0.9 * (1 - 0.6 * (burst / bursts));
		for (let n = 0; n < samplesOf(BREATH_MS); n++) {
			noise = (noise * 16_807) % 2_147_483_647;
			const at = start - samplesOf(BREATH_MS) + n;
			if (at >= 0)
				made[at] =
					(made[at] as number) +
					500 * gain * (noise / 1_073_741_824 - 1) * Math.sin((Math.PI * n) / samplesOf(BREATH_MS));
		}
		for (let n = 0; n < length; n++) {
			const from = n * speed;
			const left = source[Math.floor(from)] ?? 0;
			const value = left + ((source[Math.floor(from) + 1] ?? 0) - left) * (from % 1);
			made[start + n] = (made[start + n] ?? 0) + gain * value * Math.sin((Math.PI * n) / length) ** 0.5;
		}
	}
	return Int16Array.from(made, (value) => Math.round(Math.max(-32_768, Math.min(32_767, value))));
}
