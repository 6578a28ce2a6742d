import type { ByteReader } from './byte-reader.ts';
import { refuseWhenCut, shortfall, UnreadableError } from './source.ts';
import { decodeSamples, SAMPLE_WIDTHS, type WavEncoding, type WavLayout } from './wav-samples.ts';

/** What stands before the samples of a WAV file. `foreign`: a codec that is left to ffmpeg. */
export type WavHeader =
	| {
			readonly kind: 'samples';
			readonly layout: WavLayout;
			/** Bytes of samples that follow; `undefined` when the writer did not know (a pipe). */
			readonly dataBytes: number | undefined;
			/** What is missing at the end, in words. */
			readonly cutOff?: string;
	  }
	| { readonly kind: 'foreign'; readonly format: string };

const ENCODINGS: Readonly<Record<number, WavEncoding>> = { 1: 'int', 3: 'float', 6: 'alaw', 7: 'mulaw' };
const EXTENSIBLE = 0xfffe;
/** All but the first two bytes of the sub-format GUIDs that stand for a plain format tag. */
const SUBFORMAT_TAIL = '000000001000800000aa00389b71';

const MOST_CHANNELS = 64;
const HIGHEST_RATE_HZ = 768_000;
const LARGEST_FORMAT_CHUNK = 4096;

/** From here on a 32-bit size is a writer's way to say that it could not know (ffmpeg, SoX, arecord). */
const UNKNOWN_SIZE_FROM = 0x7fff_0000;
/**
 * Reads a WAV header (RIFF, RF64, BW64; WAVE_FORMAT_EXTENSIBLE) and stops where the samples begin.
 *
 * A file that ends early is read as far as it goes, or refused, see {@link refuseWhenCut}.
 *
 * @param fileBytes size of the file, `undefined` for a pipe
 * @throws {UnreadableError} when this is no WAV file that could be read
 */
export async function readWavHeader(reader: ByteReader, fileBytes: number | undefined): Promise<WavHeader> {
	const riff = await reader.read(12);
	if (riff.length < 12) throw new UnreadableError('the header is cut off');
	let format: ReturnType<typeof parseFormat> | undefined;
	let dataBytes64: number | undefined;
	while (true) {
		const chunk = await reader.read(8);
		if (chunk.length < 8) throw new UnreadableError(format ? 'it has no data chunk' : 'it has no format chunk');
		const id = chunk.toString('latin1', 0, 4);
		const size = chunk.readUInt32LE(4);
		if (id === 'data') {
			if (!format) throw new UnreadableError('its data comes before its format');
			if ('foreign' in format) return { kind: 'foreign', format: format.foreign };
			const declared = dataBytes64 !== undefined && size === 0xffff_ffff ? dataBytes64 : size;
			return { kind: 'samples', layout: format, ...(await sizeOfData(reader, declared, format, fileBytes)) };
		}
		if (id === 'fmt ') {
			if (size > LARGEST_FORMAT_CHUNK) throw new UnreadableError('its format chunk makes no sense');
			format = parseFormat(await reader.read(size));
			await reader.skip(size % 2);
		} else if (id === 'ds64') {
			const sizes = await reader.read(size);
			if (sizes.length < 16) throw new UnreadableError('its ds64 chunk is cut off');
			dataBytes64 = Number(sizes.readBigUInt64LE(8));
			await reader.skip(size % 2);
		} else if ((await reader.skip(size)) < size) {
			throw new UnreadableError('it ends before its audio begins');
		} else {
			await reader.skip(size % 2);
		}
	}
}

function parseFormat(chunk: Buffer): WavLayout | { readonly foreign: string } {
	if (chunk.length < 16) throw new UnreadableError('its format chunk is cut off');
	let tag = chunk.readUInt16LE(0);
	const channels = chunk.readUInt16LE(2);
	const rateHz = chunk.readUInt32LE(4);
	const frameBytes = chunk.readUInt16LE(12);
	if (tag === EXTENSIBLE) {
		if (chunk.length < 40) throw new UnreadableError('its extensible format chunk is cut off');
		tag = chunk.toString('hex', 26, 40) === SUBFORMAT_TAIL ? chunk.readUInt16LE(24) : EXTENSIBLE;
	}
	const encoding = ENCODINGS[tag];
	if (!encoding) return { foreign: `WAV with codec 0x${tag.toString(16).padStart(4, '0')}` };
	if (channels < 1 || channels > MOST_CHANNELS) throw new UnreadableError(`it claims ${channels} channels`);
	if (rateHz < 1000 || rateHz > HIGHEST_RATE_HZ) throw new UnreadableError(`it claims a rate of ${rateHz} Hz`);
	// The block, not the bit depth: 20 bits stand in 3 bytes and 24 may stand in 4.
	const sampleBytes = frameBytes / channels;
	if (!SAMPLE_WIDTHS[encoding].includes(sampleBytes)) {
		throw new UnreadableError(`it claims ${frameBytes} bytes for ${channels} ${encoding} samples`);
	}
	return { encoding, channels, rateHz, sampleBytes };
}

async function sizeOfData(
	reader: ByteReader,
	declared: number,
	layout: WavLayout,
	fileBytes: number | undefined,
): Promise<{ readonly dataBytes: number | undefined; readonly cutOff?: string }> {
	if (fileBytes === undefined) return { dataBytes: undefined };
	const present = fileBytes - reader.position;
	const frameBytes = layout.channels * layout.sampleBytes;
	if (present < frameBytes) throw new UnreadableError('it holds no samples');
	// Past 4 GiB the 32-bit size has wrapped round; all that follows is taken for audio, as others do.
	const unknowable = declared >= UNKNOWN_SIZE_FROM && declared <= 0xffff_ffff && present < declared;
	if (unknowable || fileBytes > 0xffff_ffff) return { dataBytes: present };
	if (declared === 0) {
		if (await isChunkThatFits(reader, present)) throw new UnreadableError('it holds no samples');
		return { dataBytes: present };
	}
	if (declared < frameBytes) throw new UnreadableError('it holds no samples');
	if (present >= declared) return { dataBytes: declared };
	const toMs = (bytes: number): number => (bytes * 1000) / frameBytes / layout.rateHz;
	refuseWhenCut(toMs(present), toMs(declared));
	const cutOff = shortfall(toMs(present), toMs(declared));
	return { dataBytes: present, ...(cutOff && { cutOff }) };
}

/** Tells a header that was never completed (audio follows) from a file without audio (a chunk follows). */
async function isChunkThatFits(reader: ByteReader, present: number): Promise<boolean> {
	const next = await reader.peek(8);
	if (next.length < 8 || !/^[\x20-\x7e]{4}$/.test(next.toString('latin1', 0, 4))) return false;
	return next.readUInt32LE(4) <= present - 8;
}

/** The samples that follow a header. */
export function wavSamples(
	reader: ByteReader,
	header: WavHeader & { kind: 'samples' },
): AsyncGenerator<Float32Array[]> {
	return decodeSamples(reader.rest(header.dataBytes), header.layout);
}

/** @returns length of the audio in milliseconds, as far as the header tells */
export function wavDurationMs({ layout, dataBytes }: WavHeader & { kind: 'samples' }): number | undefined {
	if (dataBytes === undefined) return undefined;
	return (Math.floor(dataBytes / (layout.channels * layout.sampleBytes)) * 1000) / layout.rateHz;
}
