import {
	type Classification,
	type Classifier,
	EMOTIONS,
	type Emotion,
	type Probabilities,
	toProbabilities,
} from '../../domain/index.ts';
import { groupByLength } from './grouping.ts';
import type { VerifiedModel } from './load.ts';
import { type ModelManifest, modelName } from './manifest.ts';
import { selfTest } from './self-test.ts';
import { EmotionSession, type ExecutionProvider } from './session.ts';
import { cutWindows } from './windows.ts';

export interface OnnxClassifierOptions {
	readonly provider: ExecutionProvider;
	/** Clips (or windows of long clips) in one run of the graph. */
	readonly maxRows: number;
}

/**
 * Half a second of padding for a row costs as much as one more run of the graph. Measured with
 * ses-mn04 on one core of a CPU: a run costs 0.6 ms, and a second of audio 0.7 ms on top. Eight
 * clips of 0.7 s in one run take 1.2 ms a second of audio instead of 2.0, of 3 s 0.72 instead of 0.83.
 */
const MAX_PADDING_SAMPLES = 8_000;

/** Mean of the windows' probabilities: each has the same length and so the same say. */
function average(all: readonly Probabilities[]): Probabilities {
	const mean = {} as Record<Emotion, number>;
	for (const emotion of EMOTIONS) {
		mean[emotion] = all.reduce((sum, probabilities) => sum + probabilities[emotion], 0) / all.length;
	}
	return mean;
}

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
	readonly #maxRows: number;
	/** Runs take turns: the session's buffers serve one at a time. */
	#turn: Promise<unknown> = Promise.resolve();

	private constructor(session: EmotionSession, manifest: ModelManifest, maxRows: number, difference: number) {
		this.#session = session;
		this.#manifest = manifest;
		this.#maxRows = maxRows;
		this.model = modelName(manifest);
		this.unsureBelow = manifest.calibration.unsureBelow;
		this.selfTestDifference = difference;
	}

	/** @throws {SesError} SES_MODEL_SELF_TEST; an Error of the runtime when it cannot load the graph */
	static async open({ manifest, bytes }: VerifiedModel, options: OnnxClassifierOptions): Promise<OnnxClassifier> {
		const session = await EmotionSession.open(bytes, options.provider);
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
		const { minSamples, maxSamples, calibration } = this.#manifest;
		const windows = clips.flatMap((clip, owner) => cutWindows(clip, maxSamples).map((window) => ({ owner, window })));
		const lengths = windows.map(({ window }) => Math.max(window.length, minSamples));
		const judged = clips.map((): Probabilities[] => []);
		for (const group of groupByLength(lengths, { maxRows: this.#maxRows, maxPadding: MAX_PADDING_SAMPLES })) {
			const members = group.map((index) => windows[index] as (typeof windows)[number]);
			const logits = await this.#session.run(
				members.map(({ window }) => window),
				minSamples,
			);
			for (const [row, { owner }] of members.entries()) {
				judged[owner]?.push(toProbabilities(logits[row] as Float32Array, calibration.temperature));
			}
		}
		return judged.map((all) => ({ probabilities: average(all), model: this.model }));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#turn;
		await this.#session[Symbol.asyncDispose]();
	}
}
