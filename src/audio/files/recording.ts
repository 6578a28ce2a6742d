import { type FileHandle, open, stat } from 'node:fs/promises';
import { reasonOf, SesError } from '../../domain/index.ts';
import { ByteReader, fileBytes } from './byte-reader.ts';
import { explained, tooLong } from './faults.ts';
import { openWithFfmpeg } from './ffmpeg.ts';
import { oggOpusDurationMs, openOggOpus } from './ogg-opus.ts';
import { OpenedRecording, type Recording } from './opened-recording.ts';
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
			cutOff: () => header.cutOff,
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
