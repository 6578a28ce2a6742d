/** How a WAV file codes a sample. */
export type WavEncoding = 'int' | 'float' | 'alaw' | 'mulaw';

export interface WavLayout {
	readonly encoding: WavEncoding;
	readonly channels: number;
	readonly rateHz: number;
	/** Bytes of one sample, padding included; samples stand in the upper bits. */
	readonly sampleBytes: number;
}

/** Which byte widths exist of each encoding. */
export const SAMPLE_WIDTHS: Readonly<Record<WavEncoding, readonly number[]>> = {
	int: [1, 2, 3, 4],
	float: [4, 8],
	alaw: [1],
	mulaw: [1],
};

type ReadSample = (bytes: Buffer, at: number) => number;

/** ITU-T G.711 A-law, to ±1. */
function alawToLinear(code: number): number {
	const bits = code ^ 0x55;
	const exponent = (bits >> 4) & 7;
	const mantissa = ((bits & 0x0f) << 4) + 8;
	const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
	return (bits & 0x80 ? magnitude : -magnitude) / 32_768;
}

/** ITU-T G.711 µ-law, to ±1. */
function mulawToLinear(code: number): number {
	const bits = ~code & 0xff;
	const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
	return (bits & 0x80 ? -magnitude : magnitude) / 32_768;
}

const ALAW = Float32Array.from({ length: 256 }, (_, code) => alawToLinear(code));
const MULAW = Float32Array.from({ length: 256 }, (_, code) => mulawToLinear(code));

/** A float file may hold anything; one NaN would spread through every filter after it. */
const finite = (value: number): number => (Number.isFinite(value) ? value : 0);

const READERS: Readonly<Record<string, ReadSample>> = {
	int1: (bytes, at) => ((bytes[at] as number) - 128) / 128,
	int2: (bytes, at) => bytes.readInt16LE(at) / 32_768,
	int3: (bytes, at) => bytes.readIntLE(at, 3) / 8_388_608,
	int4: (bytes, at) => bytes.readInt32LE(at) / 2_147_483_648,
	float4: (bytes, at) => finite(bytes.readFloatLE(at)),
	float8: (bytes, at) => finite(bytes.readDoubleLE(at)),
	alaw1: (bytes, at) => ALAW[bytes[at] as number] as number,
	mulaw1: (bytes, at) => MULAW[bytes[at] as number] as number,
};

/** @param bytes whole sample frames. @returns one array a channel, full scale ±1 */
export function deinterleave(bytes: Buffer, layout: WavLayout): Float32Array[] {
	const { channels, sampleBytes } = layout;
	const frames = bytes.length / (channels * sampleBytes);
	const planes = Array.from({ length: channels }, () => new Float32Array(frames));
	if (layout.encoding === 'int' && sampleBytes === 2 && bytes.byteOffset % 2 === 0) {
		// The common case by far, without a call for each sample. (All of Node's platforms are little-endian.)
		const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
		for (const [channel, plane] of planes.entries()) {
			for (let frame = 0, at = channel; frame < frames; frame++, at += channels) {
				plane[frame] = (samples[at] as number) / 32_768;
			}
		}
		return planes;
	}
	const read = READERS[`${layout.encoding}${sampleBytes}`] as ReadSample;
	for (const [channel, plane] of planes.entries()) {
		const stride = channels * sampleBytes;
		for (let frame = 0, at = channel * sampleBytes; frame < frames; frame++, at += stride) {
			plane[frame] = read(bytes, at);
		}
	}
	return planes;
}

/** Turns the bytes of a WAV file's data chunk into samples; a last incomplete frame is left out. */
export async function* decodeSamples(bytes: AsyncIterable<Buffer>, layout: WavLayout): AsyncGenerator<Float32Array[]> {
	const frameBytes = layout.channels * layout.sampleBytes;
	let rest: Buffer = Buffer.alloc(0);
	for await (const chunk of bytes) {
		const joined = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		const whole = joined.length - (joined.length % frameBytes);
		rest = joined.subarray(whole);
		if (whole > 0) yield deinterleave(joined.subarray(0, whole), layout);
	}
}
