import { OpusDecoder } from 'opus-decoder';
import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';

/** A call of the library and nothing else: what each packet costs whoever decodes it. */
export interface BareOpus extends Disposable {
	decode(packet: Uint8Array): unknown;
}

/** `decodeFrame` of opus-decoder. */
export async function bareWasm(): Promise<BareOpus> {
	const decoder = new OpusDecoder({ sampleRate: SAMPLE_RATE_HZ, channels: 1 });
	await decoder.ready;
	return { decode: (packet) => decoder.decodeFrame(packet), [Symbol.dispose]: () => decoder.free() };
}

/** `decode` of @discordjs/opus. @throws where it was not compiled for this Node */
export async function bareNative(): Promise<BareOpus> {
	const { default: opus } = await import('@discordjs/opus');
	const decoder = new opus.OpusEncoder(SAMPLE_RATE_HZ, 1);
	return { decode: (packet) => decoder.decode(packet as Buffer), [Symbol.dispose]: () => {} };
}
