import OpusScript from 'opusscript';
import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import { type PayloadCodec, packAudio, unpackAudio } from '../../src/inference/bullmq/payload.ts';

/** A way of sending speech: what it takes, and what is left of it. */
export interface SpeechCodec extends Disposable {
	readonly name: string;
	carry(pcm: Int16Array): { readonly heard: Int16Array; readonly bytes: number };
}

const none = { [Symbol.dispose]: () => {} };

/** As it stands in Redis. */
export const payloadCodec = (codec: PayloadCodec): SpeechCodec => ({
	...none,
	name: codec,
	carry(pcm) {
		const payload = packAudio(pcm, '', { codec });
		return { heard: unpackAudio(payload, ''), bytes: payload.length };
	},
});

const BIAS = 132;
const CLIP = 32_635;

/** ITU-T G.711 µ-law at 16 kHz: sign, three bits of exponent, four of mantissa. */
function throughMuLaw(sample: number): number {
	const size = Math.min(Math.abs(sample), CLIP) + BIAS;
	const exponent = Math.floor(Math.log2(size)) - 7;
	const mantissa = (size >> (exponent + 3)) & 15;
	const heard = (((mantissa << 3) + BIAS) << exponent) - BIAS;
	return sample < 0 ? -heard : heard;
}

export const muLaw: SpeechCodec = {
	...none,
	name: 'mu-law',
	carry: (pcm) => ({ heard: pcm.map(throughMuLaw), bytes: pcm.length }),
};

const STEP_CHANGES = [-1, -1, -1, -1, 2, 4, 6, 8];
/** The steps grow by a tenth each, as in the table of the IMA's recommendation of 1992. */
const STEPS = Int32Array.from({ length: 89 }, (_, index) => Math.min(Math.floor(7 * 1.1 ** index), 32_767));

/** ADPCM of the Interactive Multimedia Association: four bits a sample. */
export const adpcm: SpeechCodec = {
	...none,
	name: 'adpcm',
	carry(pcm) {
		let predicted = 0;
		let index = 0;
		const heard = pcm.map((sample) => {
			const step = STEPS[index] as number;
			const error = sample - predicted;
			const level = Math.min(7, Math.floor((Math.abs(error) * 4) / step));
			const change = ((2 * level + 1) * step) >> 3;
			predicted = Math.max(-32_768, Math.min(32_767, predicted + (error < 0 ? -change : change)));
			index = Math.max(0, Math.min(88, index + (STEP_CHANGES[level] as number)));
			return predicted;
		});
		return { heard, bytes: Math.ceil(pcm.length / 2) };
	},
};

const OPUS_FRAME = SAMPLE_RATE_HZ / 50;
/** Of an encoder at 16 kHz: 6.5 ms by which all that it says is late. */
const OPUS_DELAY = 104;
const OPUS_BITS = 24_000;

/** libopus at 24 kbit/s, 20 ms a packet. One at a time: all of opusscript's coders share one memory. */
export function opusCodec(): SpeechCodec {
	return {
		...none,
		name: 'opus',
		carry(pcm) {
			const coder = new OpusScript(SAMPLE_RATE_HZ, 1, OpusScript.Application.VOIP);
			coder.setBitrate(OPUS_BITS);
			const frames = Math.ceil((pcm.length + OPUS_DELAY) / OPUS_FRAME);
			const padded = new Int16Array(frames * OPUS_FRAME);
			padded.set(pcm);
			const heard = new Int16Array(padded.length);
			let bytes = 0;
			for (let frame = 0; frame < frames; frame++) {
				const start = frame * OPUS_FRAME;
				const packet = coder.encode(Buffer.from(padded.slice(start, start + OPUS_FRAME).buffer), OPUS_FRAME);
				bytes += packet.length;
				const decoded = coder.decode(packet);
				for (let n = 0; n < OPUS_FRAME; n++) heard[start + n] = decoded.readInt16LE(2 * n);
			}
			coder.delete();
			return { heard: heard.subarray(OPUS_DELAY, OPUS_DELAY + pcm.length), bytes };
		},
	};
}
