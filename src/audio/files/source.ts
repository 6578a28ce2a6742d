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
	/** What is missing at its end, in words that fit after "cut off:"; to be asked once all samples are read. */
	cutOff?(): string | undefined;
}

/** What is wrong with a recording, in words that fit after "not a readable WAV recording:". */
export class UnreadableError extends Error {
	override readonly name = 'UnreadableError';
}

/** A recording that lacks more than this share of the audio its header promises was cut off, not rounded off. */
const TOLERATED_LOSS = 0.1;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Less than this is rounding, and nothing that anybody said. */
const NOTICED_MS = 200;

/** What to say of a recording that is read although some of what it promises is missing. */
export function shortfall(presentMs: number, promisedMs: number): string | undefined {
	if (promisedMs - presentMs < NOTICED_MS) return undefined;
	return `${seconds(presentMs)} of ${seconds(promisedMs)} are there`;
}

/**
 * A recording that ends early is read as far as it goes when at least nine tenths of it are there: that
 * happens to recorders that die. Less is refused rather than analysed as if it were the whole.
 *
 * @throws {UnreadableError}
 */
export function refuseWhenCut(presentMs: number, promisedMs: number): void {
	if (presentMs >= promisedMs * (1 - TOLERATED_LOSS)) return;
	throw new UnreadableError(`it is cut off after ${seconds(presentMs)} of ${seconds(promisedMs)}`);
}
