import { type FileHandle, open, stat } from 'node:fs/promises';
import { reasonOf, SAMPLE_RATE_HZ, SesError } from '../../domain/index.ts';
import { ByteReader, fileBytes } from './byte-reader.ts';
import { openWithFfmpeg } from './ffmpeg.ts';
import { oggOpusDurationMs, openOggOpus } from './ogg-opus.ts';
import { Resampler } from './resampler.ts';
import { SNIFF_BYTES, type Sniffed, sniff } from './sniff.ts';
import { type SampleSource, UnreadableError } from './source.ts';
import { readWavHeader, wavDurationMs, wavSamples } from './wav.ts';

export interface OpenRecordingOptions {
	readonly signal?: AbortSignal;
	/** Longer recordings are refused with `SES_AUDIO_TOO_LONG`. */
	readonly maxDurationMs?: number;
	/** Program that decodes what is not read here. */
	readonly ffmpeg?: string;
}

const DEFAULTS = { maxDurationMs: 12 * 3_600_000, ffmpeg: 'ffmpeg' };

/** An opened recording. Close it (`await using`): it holds a file or a process. */
export interface Recording extends AsyncDisposable {
	/** As it was named. */
	readonly file: string;
	/** By its content: `WAV`, `Ogg/Opus`, `FLAC` … */
	readonly format: string;
	readonly channels: number;
	/** As the file says, which may be wrong; `undefined` where it does not say. */
	readonly durationMs: number | undefined;
	/**
	 * The audio at 16 kHz, one `Int16Array` a channel, all of one length. Can be read once; memory
	 * stays flat however long the recording is.
	 *
	 * @throws {SesError} `SES_AUDIO_CORRUPT`, `SES_AUDIO_TOO_LONG`; the signal's reason on abort
	 */
	blocks(): AsyncIterable<Int16Array[]>;
}

/**
 * Opens a recording of any rate and number of channels: WAV and Ogg/Opus by itself, all else by ffmpeg.
 *
 * @throws {SesError} `SES_AUDIO_NOT_FOUND`, `SES_AUDIO_NOT_A_FILE`, `SES_AUDIO_SPECIAL`, `SES_AUDIO_UNREADABLE`,
 * `SES_AUDIO_EMPTY`, `SES_AUDIO_FORMAT`, `SES_AUDIO_CORRUPT`, `SES_AUDIO_TOO_LONG`
 */
export async function openRecording(file: string, options: OpenRecordingOptions = {}): Promise<Recording> {
	const { maxDurationMs, ffmpeg, signal } = { ...DEFAULTS, ...options };
	const bytes = await sizeOfFile(file);
	const handle = await open(file).catch((error: unknown) => {
		throw new SesError('SES_AUDIO_UNREADABLE', { file, reason: reasonOf(error) }, error);
	});
	let format = 'audio';
	try {
		const head = Buffer.alloc(SNIFF_BYTES);
		const { bytesRead } = await handle.read(head, 0, head.length, 0);
		const sniffed = sniff(head.subarray(0, bytesRead));
		format = formatOf(sniffed) ?? format;
		const source = await openSource({ file, handle, bytes, sniffed, ffmpeg, signal });
		const recording = new OpenedRecording(file, source, handle, maxDurationMs, signal);
		if (source.durationMs === undefined || source.durationMs <= maxDurationMs) return recording;
		await recording[Symbol.asyncDispose]();
		throw tooLong(file, maxDurationMs);
	} catch (error) {
		await handle.close().catch(() => {});
		throw explained(error, file, format);
	}
}

async function sizeOfFile(file: string): Promise<number> {
	const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw new SesError('SES_AUDIO_NOT_FOUND', { file }, error);
		throw new SesError('SES_AUDIO_UNREADABLE', { file, reason: error.message }, error);
	});
	if (found.isDirectory()) throw new SesError('SES_AUDIO_NOT_A_FILE', { file });
	// Opening a pipe that nobody writes to would wait for ever.
	if (!found.isFile()) throw new SesError('SES_AUDIO_SPECIAL', { file });
	if (found.size === 0) throw new SesError('SES_AUDIO_EMPTY', { file });
	return found.size;
}

interface Input {
	readonly file: string;
	readonly handle: FileHandle;
	readonly bytes: number;
	readonly sniffed: Sniffed | undefined;
	readonly ffmpeg: string;
	readonly signal: AbortSignal | undefined;
}

async function openSource(input: Input): Promise<SampleSource> {
	const { file, handle, bytes, sniffed, ffmpeg, signal } = input;
	if (sniffed?.kind === 'ogg-opus') {
		return openOggOpus(fileBytes(handle, signal), (serial, head) => oggOpusDurationMs(handle, bytes, serial, head));
	}
	if (sniffed?.kind === 'wav') {
		const reader = new ByteReader(fileBytes(handle, signal));
		const header = await readWavHeader(reader, bytes);
		if (header.kind === 'foreign') return openWithFfmpeg({ file, format: header.format, ffmpeg, signal });
		return {
			format: 'WAV',
			channels: header.layout.channels,
			rateHz: header.layout.rateHz,
			durationMs: wavDurationMs(header),
			samples: () => wavSamples(reader, header),
			[Symbol.asyncDispose]: async () => {},
		};
	}
	if (sniffed) return openWithFfmpeg({ file, format: sniffed.format, ffmpeg, signal });
	try {
		return await openWithFfmpeg({ file, format: 'audio', ffmpeg, signal });
	} catch (error) {
		// Noise is no format that another machine could read: do not send anyone to install ffmpeg for it.
		if (error instanceof SesError && error.code === 'SES_AUDIO_FORMAT') {
			throw new UnreadableError('its first bytes are those of no known format');
		}
		throw error;
	}
}

function formatOf(sniffed: Sniffed | undefined): string | undefined {
	if (sniffed?.kind === 'wav') return 'WAV';
	if (sniffed?.kind === 'ogg-opus') return 'Ogg/Opus';
	return sniffed?.format;
}

/** Puts what went wrong into the words of the error table. */
function explained(error: unknown, file: string, format: string): unknown {
	if (error instanceof UnreadableError) {
		return new SesError('SES_AUDIO_CORRUPT', { file, format, reason: error.message }, error);
	}
	// The disk's own complaints (EIO, ESTALE …).
	if (error instanceof Error && 'syscall' in error) {
		return new SesError('SES_AUDIO_UNREADABLE', { file, reason: error.message }, error);
	}
	return error;
}

const tooLong = (file: string, maxDurationMs: number): SesError =>
	new SesError('SES_AUDIO_TOO_LONG', { file, limit: describeDuration(maxDurationMs) });

function describeDuration(ms: number): string {
	if (ms >= 3_600_000) return `${Number((ms / 3_600_000).toFixed(1))} h`;
	return ms >= 60_000 ? `${Number((ms / 60_000).toFixed(1))} min` : `${Number((ms / 1000).toFixed(1))} s`;
}

class OpenedRecording implements Recording {
	readonly file: string;
	readonly format: string;
	readonly channels: number;
	readonly durationMs: number | undefined;
	readonly #source: SampleSource;
	readonly #handle: FileHandle;
	readonly #maxSamples: number;
	readonly #maxDurationMs: number;
	readonly #signal: AbortSignal | undefined;

	constructor(
		file: string,
		source: SampleSource,
		handle: FileHandle,
		maxDurationMs: number,
		signal: AbortSignal | undefined,
	) {
		this.file = file;
		this.format = source.format;
		this.channels = source.channels;
		this.durationMs = source.durationMs;
		this.#source = source;
		this.#handle = handle;
		this.#maxDurationMs = maxDurationMs;
		this.#maxSamples = (maxDurationMs / 1000) * SAMPLE_RATE_HZ;
		this.#signal = signal;
	}

	async *blocks(): AsyncGenerator<Int16Array[]> {
		const { channels, rateHz } = this.#source;
		const resamplers = Array.from({ length: channels }, () => new Resampler(rateHz, SAMPLE_RATE_HZ));
		let given = 0;
		try {
			for await (const planes of this.#source.samples()) {
				this.#signal?.throwIfAborted();
				const block = resamplers.map((resampler, channel) => toInt16(resampler.push(planes[channel] as Float32Array)));
				given += (block[0] as Int16Array).length;
				if (given > this.#maxSamples) throw tooLong(this.file, this.#maxDurationMs);
				if ((block[0] as Int16Array).length > 0) yield block;
			}
			const end = resamplers.map((resampler) => toInt16(resampler.flush()));
			if ((end[0] as Int16Array).length > 0) yield end;
		} catch (error) {
			this.#signal?.throwIfAborted();
			throw explained(error, this.file, this.format);
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#source[Symbol.asyncDispose]();
		await this.#handle.close();
	}
}

/** Full scale ±1 to 16 bit; what goes beyond is clipped, and counted as such by the quality meter. */
function toInt16(samples: Float32Array): Int16Array {
	const result = new Int16Array(samples.length);
	for (let index = 0; index < samples.length; index++) {
		result[index] = Math.max(-32_768, Math.min(32_767, Math.round((samples[index] as number) * 32_768)));
	}
	return result;
}
