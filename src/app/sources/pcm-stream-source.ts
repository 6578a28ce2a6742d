import { decodeSamples, letGo, RateConverter } from '../../audio/files/index.ts';
import { type AudioSource, SAMPLE_RATE_HZ } from '../../domain/index.ts';
import { endable } from './endable.ts';
import { checkLayout } from './layout.ts';
import { chunksOf, type SourceSpeaker } from './speaker.ts';

export interface PcmStreamOptions extends SourceSpeaker {
	/** Hertz. Default 16000. */
	readonly sampleRate?: number | undefined;
	/** Default 1. */
	readonly channels?: number | undefined;
}

/**
 * Bytes of signed 16-bit little-endian samples, channels interleaved, cut in any way: standard input, a socket, a
 * program that writes.
 *
 * @throws {TypeError} for a rate or a number of channels that cannot be
 */
export function pcmStreamSource(bytes: AsyncIterable<Uint8Array>, options: PcmStreamOptions = {}): AudioSource {
	const { sampleRate: rateHz = SAMPLE_RATE_HZ, channels = 1 } = options;
	checkLayout(rateHz, channels);
	return endable(() => {
		const reading = bytes[Symbol.asyncIterator]();
		async function* buffers(): AsyncGenerator<Buffer> {
			for (let next = await reading.next(); !next.done; next = await reading.next()) {
				const { buffer, byteOffset, byteLength } = next.value;
				yield Buffer.from(buffer, byteOffset, byteLength);
			}
		}
		async function* chunks() {
			const converter = new RateConverter(rateHz, channels);
			const layout = { encoding: 'int', sampleBytes: 2, rateHz, channels } as const;
			for await (const planes of decodeSamples(buffers(), layout)) yield* chunksOf(converter.push(planes), options);
			yield* chunksOf(converter.flush(), options);
		}
		return { chunks: chunks(), end: () => letGo(bytes, reading) };
	});
}
