import { InferenceSession } from 'onnxruntime-node';
import type { Classifier } from '../../src/domain/index.ts';
import { loadModel, WorkerClassifier } from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { silenceTelemetry } from '../../src/inference/model/telemetry.ts';
import { modelDirectoryOf } from '../../src/inference/options.ts';
import type { Comparison, Reference, Suite } from '../harness/index.ts';
import { BARE_SESSION, tensorsOf } from '../support/bare-onnx.ts';
import { speechClips } from '../support/speech.ts';

const CLIP_SECONDS = 3;
const BATCHES = [1, 8];

/** Utterances of 3 s through the model, on this thread and in a worker, beside ONNX Runtime alone. */
export const inference: Suite = {
	name: 'inference',
	about: 'a second of speech through the classifier, beside session.run on the same tensors',
	async open() {
		await using stack = new AsyncDisposableStack();
		const model = await loadModel(modelDirectoryOf({}));
		const options = { provider: 'cpu', maxRows: Math.max(...BATCHES) } as const;
		silenceTelemetry();
		const session = stack.adopt(await InferenceSession.create(model.bytes, BARE_SESSION), (each) => each.release());
		const classifiers: readonly (readonly [string, Classifier])[] = [
			['onnx', stack.use(await OnnxClassifier.open(model, options))],
			['worker', stack.use(await WorkerClassifier.open(model, options))],
		];
		const clips = await speechClips(options.maxRows, CLIP_SECONDS);

		const compare = ([name, classifier]: (typeof classifiers)[number], batch: number): Comparison => {
			const utterances = clips.slice(0, batch);
			const feeds = tensorsOf(utterances);
			const reference: Reference = {
				name: 'onnxruntime session.run',
				kind: 'floor',
				asyncWork: async () => void (await session.run(feeds)),
			};
			return {
				id: `inference/${name}-${batch}`,
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
		const comparisons = classifiers.flatMap((each) => BATCHES.map((batch) => compare(each, batch)));
		const running = stack.move();
		return { comparisons, skipped: [], [Symbol.asyncDispose]: () => running.disposeAsync() };
	},
};
