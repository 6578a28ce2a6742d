import OpusScript from 'opusscript';

const RATE_HZ = 48_000;
const FRAME_SAMPLES = 960;

/** Opus packets of 20 ms that hold a sine tone: real Opus, and no two alike. */
export function tone(frequencyHz: number, count: number): Buffer[] {
	const encoder = new OpusScript(RATE_HZ, 1, OpusScript.Application.AUDIO);
	try {
		return Array.from({ length: count }, (_, frame) => {
			const pcm = new Int16Array(FRAME_SAMPLES);
			for (let index = 0; index < FRAME_SAMPLES; index++) {
				const time = (frame * FRAME_SAMPLES + index) / RATE_HZ;
				// A slow sweep: a steady tone would give equal packets, and a swapped one would go unseen.
				pcm[index] = 8_000 * Math.sin(2 * Math.PI * (frequencyHz + 40 * time) * time);
			}
			return Buffer.from(encoder.encode(Buffer.from(pcm.buffer), FRAME_SAMPLES));
		});
	} finally {
		encoder.delete();
	}
}
