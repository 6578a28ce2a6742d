import type { InferenceJob } from './job.ts';

/** A view of the samples as bytes; nothing is copied. All platforms of Node are little endian. */
export const toBytes = (pcm: Int16Array): Buffer => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);

/** @throws when the bytes are not the audio that the job announced */
export function fromBytes(bytes: Buffer, { samples }: InferenceJob): Int16Array {
	if (bytes.length !== samples * Int16Array.BYTES_PER_ELEMENT) {
		throw new Error(`The audio has ${bytes.length} bytes; ${samples} samples were announced.`);
	}
	// Copied, because a reply of Redis may start at an odd address.
	const pcm = new Int16Array(samples);
	bytes.copy(toBytes(pcm));
	return pcm;
}
