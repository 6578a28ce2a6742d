import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EMOTIONS } from '../../domain/index.ts';
import { silenceTelemetry } from './telemetry.ts';

const INT16_FULL_SCALE = 32_768;

/** Where the graph is computed. Only `cpu` is bundled; the others need their own libraries. */
export type ExecutionProvider = 'cpu' | 'cuda' | 'tensorrt' | 'webgpu' | 'coreml' | 'dml';

/**
 * The graph itself: rows of samples in, rows of logits out.
 *
 * Not for concurrent use: the input buffers are kept and written anew for every run.
 */
export class EmotionSession implements AsyncDisposable {
	readonly #session: InferenceSession;
	#pcm = new Float32Array(0);
	#lengths = new BigInt64Array(0);

	private constructor(session: InferenceSession) {
		this.#session = session;
	}

	static async open(bytes: Uint8Array, provider: ExecutionProvider): Promise<EmotionSession> {
		silenceTelemetry();
		const session = await InferenceSession.create(bytes, {
			executionProviders: [provider],
			// One thread each: several sessions scale better than one that is split, and the voice
			// gateway keeps a core for itself.
			intraOpNumThreads: 1,
			interOpNumThreads: 1,
			executionMode: 'sequential',
			graphOptimizationLevel: 'all',
			// Patterns are cached by input shape, and nearly every utterance has its own length.
			enableMemPattern: false,
			logSeverityLevel: 3,
		});
		return new EmotionSession(session);
	}

	/**
	 * @param rows samples as floats in −1…1 or as signed 16 bit
	 * @param minSamples rows shorter than this are padded with silence that counts as theirs
	 * @returns nine logits for each row, in the order of {@link EMOTIONS}
	 * @throws when the graph gives anything but finite numbers
	 */
	async run(rows: readonly (Int16Array | Float32Array)[], minSamples: number): Promise<Float32Array[]> {
		const longest = rows.reduce((most, row) => Math.max(most, row.length), minSamples);
		const pcm = this.#fill(rows, longest);
		const lengths = this.#lengths.subarray(0, rows.length);
		for (const [index, row] of rows.entries()) lengths[index] = BigInt(Math.max(row.length, minSamples));

		const { logits } = await this.#session.run({
			pcm: new Tensor('float32', pcm, [rows.length, longest]),
			lengths: new Tensor('int64', lengths, [rows.length]),
		});
		// The buffer stays, the voice in it does not.
		pcm.fill(0);
		const data = logits?.data;
		if (!(data instanceof Float32Array) || data.length !== rows.length * EMOTIONS.length) {
			throw new Error('The graph did not give nine logits for each clip.');
		}
		if (!data.every(Number.isFinite)) throw new Error('The graph gave a logit that is not a finite number.');
		return rows.map((_, index) => data.slice(index * EMOTIONS.length, (index + 1) * EMOTIONS.length));
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
