/** A recording at its own rate, as a reader hands it on. */
export interface SampleSource extends AsyncDisposable {
	/** As its users call it: `WAV`, `Ogg/Opus`, `FLAC` … */
	readonly format: string;
	readonly channels: number;
	readonly rateHz: number;
	/** From the header; `undefined` where only reading to the end would tell. */
	readonly durationMs: number | undefined;
	/**
	 * Blocks of samples, one array a channel, all of one length, full scale ±1. Can be read once.
	 *
	 * @throws {UnreadableError} where the recording breaks off or turns out to be damaged
	 */
	samples(): AsyncIterable<Float32Array[]>;
}

/** What is wrong with a recording, in words that fit after "not a readable WAV recording:". */
export class UnreadableError extends Error {
	override readonly name = 'UnreadableError';
}
