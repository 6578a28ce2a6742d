import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EMOTIONS, PROSODY_COLUMNS, SOUND_EVENTS } from '../../domain/index.ts';
import { type ExecutionProvider, runtimeProviders } from './execution-providers.ts';
import { silenceTelemetry } from './telemetry.ts';

const INT16_FULL_SCALE = 32_768;

/** The outputs of the graph that are known, and how many figures each gives for a row. */
const WIDTHS = { logits: EMOTIONS.length, events: SOUND_EVENTS.length, prosody: PROSODY_COLUMNS.length } as const;

export type OutputName = keyof typeof WIDTHS;

/** What the graph says of one row: the outputs that were asked for, each in the order of its manifest. */
export type RowOutputs = { readonly logits: Float32Array } & Partial<Readonly<Record<OutputName, Float32Array>>>;

/**
 * The graph itself: rows of samples in, rows of figures out.
 *
 * Not for concurrent use: the input buffers are kept and written anew for every run.
 */
export class EmotionSession implements AsyncDisposable {
	readonly #session: InferenceSession;
	readonly #outputs: readonly OutputName[];
	#pcm = new Float32Array(0);
	#lengths = new BigInt64Array(0);

	private constructor(session: InferenceSession, outputs: readonly OutputName[]) {
		this.#session = session;
		this.#outputs = outputs;
	}

	/**
	 * @param outputs what every run gives; `logits` is one of them
	 * @param threads that one run is split among
	 * @throws an Error of the runtime when it cannot load the graph; an Error when the graph lacks an output
	 */
	static async open(
		bytes: Uint8Array,
		provider: ExecutionProvider,
		outputs: readonly OutputName[],
		threads = 1,
	): Promise<EmotionSession> {
		silenceTelemetry();
		const session = await InferenceSession.create(bytes, {
			executionProviders: runtimeProviders(provider),
			// One by default: several sessions scale better than one that is split, and the voice
			// gateway keeps a core for itself.
			intraOpNumThreads: threads,
			interOpNumThreads: 1,
			executionMode: 'sequential',
			graphOptimizationLevel: 'all',
			// Patterns are cached by input shape, and nearly every utterance has its own length.
			enableMemPattern: false,
			logSeverityLevel: 3,
		});
		const missing = outputs.find((name) => !session.outputNames.includes(name));
		if (missing === undefined) return new EmotionSession(session, outputs);
		await session.release();
		throw new Error(`The graph has no output ${missing}, which its manifest describes.`);
	}

	/**
	 * @param rows samples as floats in −1…1 or as signed 16 bit
	 * @param minSamples rows shorter than this are padded with silence that counts as theirs
	 * @returns the outputs for each row
	 * @throws when the graph gives an output of another size, or logits or events that are no finite numbers
	 */
	async run(rows: readonly (Int16Array | Float32Array)[], minSamples: number): Promise<RowOutputs[]> {
		const longest = rows.reduce((most, row) => Math.max(most, row.length), minSamples);
		const pcm = this.#fill(rows, longest);
		const lengths = this.#lengths.subarray(0, rows.length);
		for (const [index, row] of rows.entries()) lengths[index] = BigInt(Math.max(row.length, minSamples));

		const given = await this.#session.run(
			{
				pcm: new Tensor('float32', pcm, [rows.length, longest]),
				lengths: new Tensor('int64', lengths, [rows.length]),
			},
			this.#outputs,
		);
		// The buffer stays, the voice in it does not.
		pcm.fill(0);
		const heard = rows.map((): Partial<Record<OutputName, Float32Array>> => ({}));
		for (const name of this.#outputs) {
			const data = given[name]?.data;
			const width = WIDTHS[name];
			if (!(data instanceof Float32Array) || data.length !== rows.length * width) {
				throw new Error(`The graph did not give ${width} ${name} for each clip.`);
			}
			// Prosody may have nothing to measure, in digital silence say; the rest is never without an answer.
			if (name !== 'prosody' && !data.every(Number.isFinite)) {
				throw new Error(`The graph gave ${name} that are no finite numbers.`);
			}
			for (const [index, row] of heard.entries()) row[name] = data.subarray(index * width, (index + 1) * width);
		}
		return heard as RowOutputs[];
	}

	/** Writes the rows, scaled and padded with zeros, into the kept buffers. */
	#fill(rows: readonly (Int16Array | Float32Array)[], longest: number): Float32Array {
		const size = rows.length * longest;
		if (this.#pcm.length < size) this.#pcm = new Float32Array(size);
		if (this.#lengths.length < rows.length) this.#lengths = new BigInt64Array(rows.length);
		const pcm = this.#pcm.subarray(0, size);
		for (const [index, row] of rows.entries()) {
			const start = index * longest;
			if (row instanceof Float32Array) pcm.set(row, start);
			else for (let at = 0; at < row.length; at++) pcm[start + at] = (row[at] as number) / INT16_FULL_SCALE;
			pcm.fill(0, start + row.length, start + longest);
		}
		return pcm;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#pcm = new Float32Array(0);
		await this.#session.release();
	}
}
