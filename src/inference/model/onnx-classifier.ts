import type { Classification, Classifier } from '../../domain/index.ts';
import type { ExecutionProvider } from './execution-providers.ts';
import { groupByLength } from './grouping.ts';
import type { VerifiedModel } from './load.ts';
import { type ModelManifest, modelName } from './manifest.ts';
import { Reading } from './reading.ts';
import { selfTest } from './self-test.ts';
import { EmotionSession, type OutputName, type RowOutputs } from './session.ts';
import { cutWindows } from './windows.ts';

export interface OnnxClassifierOptions {
	readonly provider: ExecutionProvider;
	/** Clips (or windows of long clips) in one run of the graph. */
	readonly maxRows: number;
	/** Threads that one run is split among. Default 1. */
	readonly threads?: number;
}

/**
 * A second of padding for a row. Measured with ses-emotion 0.4.1 on one core of a CPU: a run costs 3.2 ms, and each
 * second of audio in it 1.6 ms on top. Two, four and eight clips of 0.7 to 3.5 s at once take 4 to 11 % less than with
 * half a second; with one and a half, and with two, it is more again.
 */
const MAX_PADDING_SAMPLES = 16_000;

/**
 * The shipped model on ONNX Runtime. It computes on the thread that calls it: the engine runs it
 * in a worker thread (see WorkerClassifier), never on the event loop that receives voice.
 */
export class OnnxClassifier implements Classifier {
	readonly model: string;
	readonly unsureBelow: number;
	/** Largest difference of a logit in the self-test at start. */
	readonly selfTestDifference: number;
	readonly #session: EmotionSession;
	readonly #manifest: ModelManifest;
	readonly #reading: Reading;
	readonly #maxRows: number;
	/** Runs take turns: the session's buffers serve one at a time. */
	#turn: Promise<unknown> = Promise.resolve();

	private constructor(session: EmotionSession, manifest: ModelManifest, maxRows: number, difference: number) {
		this.#session = session;
		this.#manifest = manifest;
		this.#reading = new Reading(manifest);
		this.#maxRows = maxRows;
		this.model = modelName(manifest);
		this.unsureBelow = manifest.calibration.unsureBelow;
		this.selfTestDifference = difference;
	}

	/** @throws {SesError} SES_MODEL_SELF_TEST; an Error of the runtime when it cannot load the graph */
	static async open({ manifest, bytes }: VerifiedModel, options: OnnxClassifierOptions): Promise<OnnxClassifier> {
		const outputs = Object.keys(manifest.outputs) as OutputName[];
		const session = await EmotionSession.open(bytes, options.provider, outputs, options.threads);
		try {
			const difference = await selfTest(session, manifest);
			return new OnnxClassifier(session, manifest, options.maxRows, difference);
		} catch (error) {
			await session[Symbol.asyncDispose]();
			throw error;
		}
	}

	classify(clips: readonly Int16Array[]): Promise<Classification[]> {
		const result = this.#turn.then(() => this.#classify(clips));
		this.#turn = result.catch(() => undefined);
		return result;
	}

	async #classify(clips: readonly Int16Array[]): Promise<Classification[]> {
		const { minSamples, maxSamples } = this.#manifest;
		const windows = clips.flatMap((clip, owner) => cutWindows(clip, maxSamples).map((window) => ({ owner, window })));
		const lengths = windows.map(({ window }) => Math.max(window.length, minSamples));
		const heard = clips.map((): RowOutputs[] => []);
		for (const group of groupByLength(lengths, { maxRows: this.#maxRows, maxPadding: MAX_PADDING_SAMPLES })) {
			const members = group.map((index) => windows[index] as (typeof windows)[number]);
			const rows = await this.#session.run(
				members.map(({ window }) => window),
				minSamples,
			);
			for (const [row, { owner }] of members.entries()) heard[owner]?.push(rows[row] as RowOutputs);
		}
		return heard.map((windows) => this.#reading.of(windows));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#turn;
		await this.#session[Symbol.asyncDispose]();
	}
}
