import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { type Classifier, SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import { loadModel, WorkerClassifier } from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { silenceTelemetry } from '../../src/inference/model/telemetry.ts';
import { modelDirectoryOf } from '../../src/inference/options.ts';
import type { Comparison, Reference, Suite } from '../harness/index.ts';
import { BARE_SESSION, tensorsOf } from '../support/bare-onnx.ts';
import { pythonWith, writeWav2vec2 } from '../support/python/python.ts';
import { speechClips } from '../support/speech.ts';

const CLIP_SECONDS = 3;
const BATCHES = { full: [1, 8, 32], smoke: [1, 8] } as const;

/** The graph that most public emotion models are fine-tuned from, its weights drawn at random. */
async function openWav2vec2(python: string, stack: AsyncDisposableStack): Promise<InferenceSession> {
	const folder = await mkdtemp(join(tmpdir(), 'ses-bench-'));
	stack.defer(() => rm(folder, { recursive: true }));
	const file = join(folder, 'wav2vec2.onnx');
	await writeWav2vec2(python, file, CLIP_SECONDS * SAMPLE_RATE_HZ);
	return stack.adopt(await InferenceSession.create(file, BARE_SESSION), (each) => each.release());
}

/** Utterances of 3 s through the model, on this thread and in a worker, beside ONNX Runtime alone. */
export const inference: Suite = {
	name: 'inference',
	about: 'a second of speech through the classifier, beside session.run on the same tensors and wav2vec2-base',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const model = await loadModel(modelDirectoryOf({}));
		const batches = BATCHES[scale];
		const options = { provider: 'cpu', maxRows: Math.max(...batches) } as const;
		silenceTelemetry();
		const session = stack.adopt(await InferenceSession.create(model.bytes, BARE_SESSION), (each) => each.release());
		const onThisThread = stack.use(await OnnxClassifier.open(model, options));
		const inWorker = stack.use(await WorkerClassifier.open(model, options));
		const classifiers: readonly (readonly [string, Classifier])[] = [
			['onnx', onThisThread],
			['worker', inWorker],
		];
		const clips = await speechClips(options.maxRows, CLIP_SECONDS);

		const compare = (id: string, classifier: Classifier, batch: number, reference: Reference): Comparison => {
			const utterances = clips.slice(0, batch);
			return {
				id: `inference/${id}`,
				per: 'second',
				clock: 'cpu',
				units: batch * CLIP_SECONDS,
				ours: {
					name: `${classifier.constructor.name}, batch ${batch}`,
					asyncWork: async () => void (await classifier.classify(utterances)),
				},
				reference,
			};
		};
		const comparisons = classifiers.flatMap(([name, classifier]) =>
			batches.map((batch) => {
				const feeds = tensorsOf(clips.slice(0, batch));
				return compare(`${name}-${batch}`, classifier, batch, {
					name: 'onnxruntime session.run',
					kind: 'floor',
					asyncWork: async () => void (await session.run(feeds)),
				});
			}),
		);
		const found = await pythonWith(['training.cost', 'onnxscript']);
		if ('python' in found) {
			const wav2vec2 = await openWav2vec2(found.python, stack);
			const { pcm } = tensorsOf(clips.slice(0, 1));
			const feeds = { [wav2vec2.inputNames[0] as string]: pcm as Tensor };
			comparisons.push(
				compare('wav2vec2-1', onThisThread, 1, {
					name: 'wav2vec2-base, random weights',
					kind: 'alternative',
					asyncWork: async () => void (await wav2vec2.run(feeds)),
				}),
			);
		}
		const running = stack.move();
		return {
			comparisons,
			skipped: 'missing' in found ? [{ what: 'inference/wav2vec2-1', reason: found.missing }] : [],
			[Symbol.asyncDispose]: () => running.disposeAsync(),
		};
	},
};
