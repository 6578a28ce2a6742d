import { resolve } from 'node:path';
import { SesError } from '../../domain/index.ts';
import { ByteReader } from './byte-reader.ts';
import { FfmpegProcess, isMissing } from './ffmpeg-process.ts';
import { refuseWhenCut, type SampleSource, shortfall, UnreadableError } from './source.ts';
import { readWavHeader, wavSamples } from './wav.ts';

/**
 * What ffmpeg may take a recording for. Without this list it would also follow playlists and concat
 * scripts, that is, read other files of the machine at the wish of whoever made the recording.
 */
export const RECORDING_FORMATS = [
	'aac,ac3,aiff,amr,ape,asf,au,avi,caf,dts,eac3,flac,flv,gsm,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2',
	'mp3,mpc,mpc8,mpeg,mpegts,ogg,rm,tak,tta,voc,w64,wav,wv',
].join(',');

/** Formats of sound alone whose headers tell its length; beside a video the sound may well be shorter. */
const EXACT_DURATIONS: ReadonlySet<string> = new Set(['FLAC', 'AIFF', 'WavPack', 'MP3']);

interface FfmpegOptions {
	readonly file: string;
	/** Name for messages, from the file's content. */
	readonly format: string;
	/** Program to run. */
	readonly ffmpeg: string;
	readonly signal?: AbortSignal | undefined;
}

/**
 * Has ffmpeg decode a recording: its first audio track, at its own rate and with all its channels.
 * The rate is converted here, so that a recording gives the same result whatever it is packed in.
 *
 * @throws {SesError} `SES_AUDIO_FORMAT` when there is no ffmpeg on the machine
 * @throws {UnreadableError} when ffmpeg finds no audio in it
 */
export async function openWithFfmpeg(options: FfmpegOptions): Promise<SampleSource> {
	const { file, ffmpeg, signal } = options;
	// `file:` keeps names like `-x.mp3` and `http:x` from being anything but a file.
	const input = ['-protocol_whitelist', 'file', '-format_whitelist', RECORDING_FORMATS, '-i', `file:${resolve(file)}`];
	const decoder = new FfmpegProcess({ ffmpeg, args: input, signal });
	try {
		const reader = new ByteReader(decoder.stdout);
		if ((await reader.peek(12)).length < 12) {
			await decoder.exit;
			throw new UnreadableError(faultIn(decoder.messages));
		}
		const header = await readWavHeader(reader, undefined);
		if (header.kind === 'foreign') throw new UnreadableError(`ffmpeg gave ${header.format}`);
		let cutOff: string | undefined;
		return {
			format: options.format,
			channels: header.layout.channels,
			rateHz: header.layout.rateHz,
			durationMs: durationIn(decoder.messages, 'estimate'),
			async *samples() {
				let frames = 0;
				for await (const planes of wavSamples(reader, header)) {
					frames += planes[0]?.length ?? 0;
					yield planes;
				}
				const code = await decoder.exit;
				if (code !== 0 || frames === 0) throw new UnreadableError(faultIn(decoder.messages));
				const promisedMs = EXACT_DURATIONS.has(options.format) ? durationIn(decoder.messages, 'exact') : undefined;
				if (promisedMs) {
					const presentMs = (frames * 1000) / header.layout.rateHz;
					refuseWhenCut(presentMs, promisedMs);
					cutOff = shortfall(presentMs, promisedMs);
				}
			},
			cutOff: () => cutOff,
			[Symbol.asyncDispose]: () => decoder[Symbol.asyncDispose](),
		};
	} catch (error) {
		await decoder[Symbol.asyncDispose]();
		options.signal?.throwIfAborted();
		if (isMissing(error)) throw new SesError('SES_AUDIO_FORMAT', { file: options.file, format: options.format }, error);
		throw error;
	}
}

function durationIn(messages: string, kind: 'exact' | 'estimate'): number | undefined {
	if (kind === 'exact' && messages.includes('Estimating duration')) return undefined;
	const found = /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(messages);
	if (!found) return undefined;
	return (Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3])) * 1000;
}

/** What ffmpeg says, and what that means to someone who wants a recording analysed. */
const FAULTS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
	[/matches no streams/, 'it has no audio track'],
	[/moov atom not found/, 'it is cut off, or its recorder never finished it'],
	[/Output file is empty|Output file does not contain any stream/, 'no audio in it can be decoded'],
	[/Decoder \(.*\) not found|Unknown decoder|no decoder/i, 'ffmpeg has no decoder for its codec'],
	[/Permission denied/, 'ffmpeg may not read it'],
];

const faultIn = (messages: string): string =>
	FAULTS.find(([pattern]) => pattern.test(messages))?.[1] ?? 'ffmpeg cannot make sense of it';
