import { Command, InvalidArgumentError } from 'commander';
import { type AudioSource, SesError } from '../../domain/index.ts';
import { loadConfig } from '../config.ts';
import { askedToEnd, EndRequest, leave } from '../lifecycle.ts';
import { listen } from '../listen.ts';
import { createLog } from '../log.ts';
import { captureDevice } from '../sources/capture-device.ts';
import { ffmpegSource, pcmStreamSource } from '../sources/index.ts';
import { askYes } from '../terminal/index.ts';

interface ListenFlags {
	readonly config?: string;
	readonly device?: string;
	readonly format?: string;
	readonly input?: string;
	readonly rate?: number;
	readonly channels?: number;
	readonly speaker: string;
	readonly split?: boolean;
	readonly agreed?: boolean;
	readonly json?: boolean;
	readonly color: boolean;
}

const DETAILS = `
Examples:
  ses listen --device default                      the microphone (PulseAudio or PipeWire; see --format)
  arecord -t raw -f S16_LE -r 16000 | ses listen - --rate 16000 --agreed
  curl -s https://radio.example/live.opus | ses listen - --agreed
  ses listen --input rtsp://camera.local/audio     whatever ffmpeg can open
It ends with the input or with Ctrl-C. Nothing is kept (docs/listen.md).`;

const wholeNumber =
	(least: number, most: number) =>
	(text: string): number => {
		const value = /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
		if (!(value >= least && value <= most)) throw new InvalidArgumentError(`It must be ${least} to ${most}.`);
		return value;
	};

/** `ses listen`: what a voice sounds like while it speaks, from standard input, a device or a stream. */
export function listenCommand(): Command {
	return new Command('listen')
		.description('hear a microphone, a stream or standard input, and print emotions as they are spoken')
		.argument('[input]', '- for standard input: raw samples with --rate, else a WAV, Ogg, WebM … stream by ffmpeg')
		.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG'])
		.option('-d, --device <name>', 'capture device, by ffmpeg')
		.option('-f, --format <name>', 'how ffmpeg captures: pulse, alsa, avfoundation, dshow …, or what the input is')
		.option('-i, --input <address>', 'whatever ffmpeg can open')
		.option('--rate <hertz>', 'standard input is raw signed 16-bit little-endian', wholeNumber(8000, 192_000))
		.option('--channels <number>', 'of raw samples, interleaved (default: 1)', wholeNumber(1, 8))
		.option('--speaker <name>', 'what to call the speaker', 'speaker')
		.option('--split', 'each channel is a speaker of its own; otherwise all are mixed to one')
		.option('--agreed', 'all who will be heard agreed to it')
		.option('--json', 'print every event as a JSON line')
		.option('--no-color', 'print without colours')
		.addHelpText('after', DETAILS)
		.action(async (input: string | undefined, flags: ListenFlags) => {
			const source = sourceOf(input, flags);
			const config = await loadConfig(flags.config);
			const signal = endOf(createLog(config.log));
			let exitCode = 0;
			try {
				await requireAgreement(flags, signal);
				if (process.stderr.isTTY) process.stderr.write('Listening. Ctrl-C ends it.\n');
				await listen(source, config, { json: flags.json ?? false, colour: flags.color, signal }, process);
			} catch (error) {
				if (!(error instanceof EndRequest)) throw error;
			}
			if (signal.reason instanceof EndRequest) exitCode = signal.reason.exitCode;
			leave(exitCode);
		});
}

/** Aborts when the process is asked to end, or nobody reads any more what it prints (`ses listen … | head`). */
function endOf(log: ReturnType<typeof createLog>): AbortSignal {
	const unread = new AbortController();
	process.stdout.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') throw error;
		unread.abort(new EndRequest('nobody reads any more'));
	});
	return AbortSignal.any([askedToEnd(log), unread.signal]);
}

/** @throws {SesError} SES_USAGE */
function sourceOf(argument: string | undefined, flags: ListenFlags): AudioSource {
	const { device, input, format, rate: sampleRate, channels, speaker: speakerId, split } = flags;
	const refuse = (reason: string): never => {
		throw new SesError('SES_USAGE', { reason });
	};
	if (argument !== undefined && argument !== '-') {
		refuse(`${argument}: recordings are for \`ses analyze\`; --input ${argument} plays one as if it were spoken now.`);
	}
	if ([argument, device, input].filter((each) => each !== undefined).length !== 1) {
		refuse('Name one thing to listen to: - (standard input), --device or --input.');
	}
	if (argument === undefined && sampleRate !== undefined) refuse('--rate is for raw samples on standard input: -');
	if (channels !== undefined && sampleRate === undefined) refuse('--channels is for raw samples: give --rate, too.');
	const speaker = { speakerId, split };
	if (device !== undefined) return ffmpegSource({ ...captureDevice(device, format), ...speaker });
	if (input !== undefined) return ffmpegSource({ input, format, ...speaker });
	if (process.stdin.isTTY) refuse('Standard input is a terminal: pipe audio into it.');
	if (sampleRate === undefined) return ffmpegSource({ input: process.stdin, format, ...speaker });
	return pcmStreamSource(process.stdin, { sampleRate, channels, ...speaker });
}

/** @throws {SesError} SES_NOT_AGREED */
async function requireAgreement({ agreed }: ListenFlags, signal: AbortSignal): Promise<void> {
	const question = 'Did all who will be heard agree to it, adults and not at work or at school?';
	if (!(agreed ?? (await askYes(question, process, signal)))) throw new SesError('SES_NOT_AGREED');
}
