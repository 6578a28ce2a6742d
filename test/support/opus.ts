import OpusScript from 'opusscript';
import { babble } from './signals.ts';

/** Speech-like Opus packets of 20 ms, 48 kHz stereo, as a Discord client sends them. */
export function speechPackets(ms: number): Buffer[] {
	const encoder = new OpusScript(48_000, 2, OpusScript.Application.VOIP);
	const packets = babble(ms).map(({ pcm }) => {
		const bytes = Buffer.alloc(960 * 4);
		for (let n = 0; n < 960; n++) {
			const sample = (pcm as Int16Array)[Math.floor(n / 3)] as number;
			bytes.writeInt16LE(sample, n * 4);
			bytes.writeInt16LE(sample, n * 4 + 2);
		}
		return encoder.encode(bytes, 960);
	});
	// Encoders share one memory; one at a time is all that opusscript can be trusted with.
	encoder.delete();
	return packets;
}
