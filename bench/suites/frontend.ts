import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Meyda from 'meyda';
import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import { loadModel } from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { modelDirectoryOf } from '../../src/inference/options.ts';
import type { Comparison, Reference, Suite } from '../harness/index.ts';
import { LibrosaMfcc } from '../support/python/librosa.ts';
import { pythonWith } from '../support/python/python.ts';
import { speechClips } from '../support/speech.ts';

/** Its types describe a module that Node does not load: the object itself is what one imports. */
const meyda = Meyda as unknown as typeof Meyda.default;

const CLIP_SECONDS = 3;
/** Meyda takes powers of two: 32 ms. */
const WINDOW_SAMPLES = 512;
/** Every 10 ms, as is usual for speech. */
const HOP_SAMPLES = SAMPLE_RATE_HZ / 100;
const COEFFICIENTS = 13;
const INT16_FULL_SCALE = 32_768;

/** What a 1-D CNN on MFCCs would be given: the coefficients of every 10 ms. @returns how many frames there were */
function mfccOf(pcm: Int16Array): number {
	const samples = Float32Array.from(pcm, (sample) => sample / INT16_FULL_SCALE);
	let frames = 0;
	for (let start = 0; start + WINDOW_SAMPLES <= samples.length; start += HOP_SAMPLES) {
		const mfcc = meyda.extract('mfcc', samples.subarray(start, start + WINDOW_SAMPLES));
		if (Array.isArray(mfcc) && mfcc.length === COEFFICIENTS) frames++;
	}
	return frames;
}

/** Our features, networks, sounds and prosody, which are one graph, beside the features alone that others begin with. */
export const frontend: Suite = {
	name: 'frontend',
	about: 'a second of speech to its emotion, beside MFCCs by meyda and librosa with no model behind them',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const model = await loadModel(modelDirectoryOf({}));
		const batches = scale === 'full' ? [1, 8] : [1];
		const maxRows = Math.max(...batches);
		const classifier = stack.use(await OnnxClassifier.open(model, { provider: 'cpu', maxRows }));
		const clips = await speechClips(maxRows, CLIP_SECONDS);
		Object.assign(meyda, {
			sampleRate: SAMPLE_RATE_HZ,
			bufferSize: WINDOW_SAMPLES,
			melBands: 40,
			numberOfMFCCCoefficients: COEFFICIENTS,
		});
		const compare = (id: string, batch: number, reference: Reference): Comparison => {
			const utterances = clips.slice(0, batch);
			return {
				id: `frontend/${id}`,
				per: 'second',
				clock: 'cpu',
				units: batch * CLIP_SECONDS,
				ours: {
					name: `front end and model, batch ${batch}`,
					asyncWork: async () => void (await classifier.classify(utterances)),
				},
				reference,
			};
		};
		const comparisons = batches.map((batch) =>
			compare(`mfcc-${batch}`, batch, {
				name: 'meyda, MFCCs alone',
				kind: 'alternative',
				work: () => {
					for (const clip of clips.slice(0, batch)) if (mfccOf(clip) === 0) throw new Error('Meyda gave no MFCCs.');
				},
			}),
		);
		const found = await pythonWith(['librosa']);
		if ('python' in found) {
			const folder = await mkdtemp(join(tmpdir(), 'ses-bench-'));
			stack.defer(() => rm(folder, { recursive: true }));
			const librosa = stack.use(await LibrosaMfcc.open(found.python, clips, folder));
			for (const batch of batches) {
				const reference = { name: 'librosa, MFCCs alone', kind: 'alternative' } as const;
				comparisons.push(compare(`librosa-${batch}`, batch, { ...reference, clocked: () => librosa.cpuMs(batch) }));
			}
		}
		const running = stack.move();
		return {
			comparisons,
			skipped: 'missing' in found ? [{ what: 'frontend/librosa-…', reason: found.missing }] : [],
			[Symbol.asyncDispose]: () => running.disposeAsync(),
		};
	},
};
