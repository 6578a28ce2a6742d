import { type InferenceQueue, type JudgementRules, reasonOf, SesError } from '../../domain/index.ts';
import { loadModel } from '../../inference/model/load.ts';
import { silenceTelemetry } from '../../inference/model/telemetry.ts';
import { modelDirectoryOf } from '../../inference/options.ts';
import { EmbeddedQueue } from '../../inference/queue/embedded.ts';
import type { Config } from '../config.ts';

/**
 * More clips in one run cost ONNX Runtime more memory (about 20 MB from four to eight of six seconds) and save next to
 * no time on speech as long as in recordings.
 */
const MOST_IN_BATCH = 4;
/** Nobody waits for a recording as for an answer: on a machine that is overloaded a worker may take its time. */
const HANG_MS = 120_000;
/** A recording does not get stale, and how much of it is under way at a time is bounded by who reads it. */
const ENDLESS = { ttlMs: Number.POSITIVE_INFINITY, maxDepth: Number.POSITIVE_INFINITY };

/** What the model is asked through. Disposing of it ends what is under way. */
interface OfflineQueue extends AsyncDisposable {
	readonly queue: InferenceQueue;
	/** `name@version` */
	readonly model: { readonly name: string };
	readonly unsureBelow: number;
	readonly speechBelow: number;
}

/**
 * Inference for recordings: always embedded (a recording is not to travel through a Redis that serves live calls), and
 * nothing expires or is dropped.
 *
 * @throws {SesError} SES_MODEL_MISSING, SES_MODEL_MANIFEST_INVALID, SES_MODEL_ALTERED, SES_MODEL_SELF_TEST,
 * SES_RUNTIME_UNUSABLE or SES_WORKER_LOST
 */
export async function createOfflineInference(config: Config) {
	const { redisUrl: _, ...given } = config.inference;
	const options = { ...given, ...ENDLESS, maxBatch: Math.min(given.maxBatch, MOST_IN_BATCH) };
	const { workers = 1, isolation, providers } = options;
	const isPlain = workers === 1 && isolation !== 'process' && providers.join() === 'cpu';
	const inference = isPlain ? await openHere(options) : await openWorkers(options);
	const { unsureBelow, speechBelow } = inference;
	const rules: JudgementRules = { ...config.judgement, unsureBelow, speechBelow };
	return { inference, rules };
}

type OfflineOptions = Omit<Config['inference'], 'redisUrl'>;

/**
 * The model on this very thread. Reading and classifying take turns here, where nothing has to go on in the meantime;
 * a thread of its own would cost a second JavaScript heap with all modules in it, some 60 MB.
 */
async function openHere(options: OfflineOptions): Promise<OfflineQueue> {
	const model = await loadModel(modelDirectoryOf(options));
	// Before the library is loaded.
	silenceTelemetry();
	const { OnnxClassifier } = await import('../../inference/model/onnx-classifier.ts');
	const { maxBatch, threads } = options;
	const classifier = await OnnxClassifier.open(model, { provider: 'cpu', maxRows: maxBatch, threads }).catch(
		(error: unknown) => {
			if (error instanceof SesError) throw error;
			throw new SesError('SES_RUNTIME_UNUSABLE', { provider: 'cpu', reason: reasonOf(error) }, error);
		},
	);
	const queue = new EmbeddedQueue(classifier, { ...options, concurrency: 1 });
	return {
		queue,
		model: { name: classifier.model },
		unsureBelow: classifier.unsureBelow,
		speechBelow: model.manifest.events?.speechBelow ?? 0,
		async [Symbol.asyncDispose]() {
			await queue[Symbol.asyncDispose]();
			await classifier[Symbol.asyncDispose]();
		},
	};
}

/** As configured: several workers, processes, or another provider, which had better not die with all the rest. */
async function openWorkers(options: OfflineOptions): Promise<OfflineQueue> {
	const { createInference } = await import('../../inference/create.ts');
	return createInference({ ...options, hangMs: Math.max(options.hangMs, HANG_MS) });
}
