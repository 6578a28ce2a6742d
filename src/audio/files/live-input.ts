import { reasonOf, SesError } from '../../domain/index.ts';
import { ByteReader } from './byte-reader.ts';
import { RECORDING_FORMATS } from './ffmpeg.ts';
import { FfmpegProcess, isMissing } from './ffmpeg-process.ts';
import { letGo } from './let-go.ts';
import { RateConverter } from './rate-converter.ts';
import { UnreadableError } from './source.ts';
import { readWavHeader, wavSamples } from './wav.ts';

export interface LiveInputOptions {
	/**
	 * What ffmpeg is to open: a capture device, an address or a file, as its `-i` takes it. Whoever names it decides
	 * what is opened. Bytes are taken for a recording or a stream of any container, and nothing else is opened then.
	 */
	readonly input: string | AsyncIterable<Uint8Array>;
	/** The device or container, as ffmpeg's `-f` takes it: `pulse`, `alsa`, `avfoundation`, `dshow` … */
	readonly format?: string | undefined;
	/** Program to run. */
	readonly ffmpeg?: string | undefined;
}

/** Audio that ffmpeg reads as it comes. */
export interface LiveInput {
	/**
	 * At 16 kHz, one `Int16Array` a channel, all of one length. Can be read once.
	 *
	 * @throws {SesError} `SES_FFMPEG_MISSING`, `SES_INPUT_FAILED`
	 */
	blocks(): AsyncGenerator<Int16Array[]>;
	/** Ends it at once; whoever waits for a block sees the end. */
	end(): void;
}

const LAST_LINES = 3;

/** Starts to read. What goes wrong shows with the blocks. */
export function openLiveInput({ input, format, ffmpeg = 'ffmpeg' }: LiveInputOptions): LiveInput {
	const named = typeof input === 'string';
	const name = named ? nameOf(input) : 'standard input';
	const from = named
		? ['-i', input]
		: ['-protocol_whitelist', 'pipe', '-format_whitelist', RECORDING_FORMATS, '-i', 'pipe:0'];
	const decoder = new FfmpegProcess({
		ffmpeg,
		args: ['-loglevel', 'warning', ...(format === undefined ? [] : ['-f', format]), ...from],
		// Each packet goes out when it is there, not when a buffer is full.
		outputArgs: ['-flush_packets', '1'],
		reads: !named,
	});
	let isEnded = false;
	let fault: unknown;
	const feeding = named ? undefined : input[Symbol.asyncIterator]();
	const end = (): void => {
		isEnded = true;
		decoder.kill();
		if (feeding) letGo(input as AsyncIterable<Uint8Array>, feeding);
	};
	if (feeding) {
		feed(feeding, decoder).catch((error: unknown) => {
			fault = error;
			decoder.stdin?.end();
		});
	}

	async function* blocks(): AsyncGenerator<Int16Array[]> {
		try {
			let samples = 0;
			for await (const block of decoded(decoder)) {
				samples += block[0]?.length ?? 0;
				yield block;
			}
			const code = await decoder.exit;
			if (isEnded) return;
			if (fault !== undefined) throw fault;
			if (code !== 0 || samples === 0) throw new UnreadableError(lastWords(decoder.messages, input, name));
		} catch (error) {
			if (isEnded) return;
			if (isMissing(error)) throw new SesError('SES_FFMPEG_MISSING', { reason: reasonOf(error) }, error);
			if (error instanceof SesError) throw error;
			throw new SesError('SES_INPUT_FAILED', { input: name, reason: reasonOf(error) }, error);
		} finally {
			end();
		}
	}
	return { blocks, end };
}

async function* decoded(decoder: FfmpegProcess): AsyncGenerator<Int16Array[]> {
	const reader = new ByteReader(decoder.stdout);
	// It says more itself when it gives nothing.
	if ((await reader.peek(12)).length < 12) return;
	const header = await readWavHeader(reader, undefined);
	if (header.kind === 'foreign') throw new UnreadableError(`ffmpeg gave ${header.format}`);
	const converter = new RateConverter(header.layout.rateHz, header.layout.channels);
	for await (const planes of wavSamples(reader, header)) {
		const block = converter.push(planes);
		if ((block[0] as Int16Array).length > 0) yield block;
	}
	const rest = converter.flush();
	if ((rest[0] as Int16Array).length > 0) yield rest;
}

/** Hands bytes on no faster than they are read. */
async function feed(bytes: AsyncIterator<Uint8Array>, { stdin, exit }: FfmpegProcess): Promise<void> {
	if (!stdin) return;
	const gone = exit.then(
		() => {},
		() => {},
	);
	for (;;) {
		const next = await bytes.next();
		if (stdin.destroyed) return;
		if (next.done) break;
		if (!stdin.write(next.value)) await Promise.race([new Promise((resolve) => stdin.once('drain', resolve)), gone]);
	}
	stdin.end();
}

const USER_INFO = /(?<=\/\/)[^\s/@]+@/g;

/** An address without the user, password and parameters in it, which may open a door. */
function nameOf(input: string): string {
	const bare = input.replace(USER_INFO, '');
	return /^[a-z][a-z0-9+.-]*:\/\//i.test(bare) ? bare.replace(/\?.*$/s, '') : bare;
}

/** What ffmpeg said last, on one line. */
function lastWords(messages: string, input: LiveInputOptions['input'], name: string): string {
	const said = typeof input === 'string' ? messages.replaceAll(input, name) : messages;
	const lines = said.replace(USER_INFO, '').split(/[\r\n]+/);
	const last = lines.map((line) => line.trim()).filter((line) => line !== '');
	return last.slice(-LAST_LINES).join(' / ') || 'it gave no audio';
}
