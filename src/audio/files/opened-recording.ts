import type { FileHandle } from 'node:fs/promises';
import { SAMPLE_RATE_HZ } from '../../domain/index.ts';
import { explained, tooLong } from './faults.ts';
import { RateConverter } from './rate-converter.ts';
import type { SampleSource } from './source.ts';

/** An opened recording. Close it (`await using`): it holds a file or a process. */
export interface Recording extends AsyncDisposable {
	/** As it was named. */
	readonly file: string;
	/** By its content: `WAV`, `Ogg/Opus`, `FLAC` … */
	readonly format: string;
	readonly channels: number;
	/** As the file says, which may be wrong; `undefined` where it does not say. */
	readonly durationMs: number | undefined;
	/** What is missing at its end, in words; known once all blocks are read. */
	readonly cutOff: string | undefined;
	/**
	 * The audio at 16 kHz, one `Int16Array` a channel, all of one length. Can be read once; memory
	 * stays flat however long the recording is.
	 *
	 * @throws {SesError} `SES_AUDIO_CORRUPT`, `SES_AUDIO_TOO_LONG`; the signal's reason on abort
	 */
	blocks(): AsyncIterable<Int16Array[]>;
}

/** A source with its rate converted, its length bounded and its faults put into words. */
export class OpenedRecording implements Recording {
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

	get cutOff(): string | undefined {
		return this.#source.cutOff?.();
	}

	async *blocks(): AsyncGenerator<Int16Array[]> {
		const { channels, rateHz } = this.#source;
		const converter = new RateConverter(rateHz, channels);
		let given = 0;
		try {
			for await (const planes of this.#source.samples()) {
				this.#signal?.throwIfAborted();
				const block = converter.push(planes);
				given += (block[0] as Int16Array).length;
				if (given > this.#maxSamples) throw tooLong(this.file, this.#maxDurationMs);
				if ((block[0] as Int16Array).length > 0) yield block;
			}
			const end = converter.flush();
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
