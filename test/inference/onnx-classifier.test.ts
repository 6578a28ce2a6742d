import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readClip } from '../../src/app/analysis/read-clip.ts';
import { EMOTIONS, toProbabilities } from '../../src/domain/index.ts';
import { loadModel } from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { copyTinyModel, SHIPPED_MODEL, TINY_BIAS, TINY_MODEL, TINY_TEMPERATURE, TINY_WEIGHTS } from './models.ts';

const SAMPLES = fileURLToPath(new URL('../../samples', import.meta.url));
const OPTIONS = { provider: 'cpu', maxRows: 4 } as const;

/** What the tiny model says of a clip of constant level, of which only `share` is not silence. */
function expected(level: number, share = 1): Record<string, number> {
	const power = (level / 32_768) ** 2 * share;
	const logits = TINY_WEIGHTS.map((weight, index) => weight * power + (TINY_BIAS[index] as number));
	return toProbabilities(logits, TINY_TEMPERATURE);
}

const closeTo = (probabilities: Record<string, number>) =>
	Object.fromEntries(EMOTIONS.map((emotion) => [emotion, expect.closeTo(probabilities[emotion] as number, 5)]));

describe('OnnxClassifier on the tiny model', () => {
	let classifier: OnnxClassifier;
	beforeAll(async () => {
		classifier = await OnnxClassifier.open(await loadModel(TINY_MODEL), OPTIONS);
	});
	afterAll(() => classifier[Symbol.asyncDispose]());

	it('scales samples, applies the temperature and names the model', async () => {
		const [result] = await classifier.classify([new Int16Array(16_000).fill(20_000)]);
		expect(result?.model).toBe('tiny@0.0.1');
		expect(result?.probabilities).toEqual(closeTo(expected(20_000)));
	});

	it('keeps the order of clips of many lengths, and padding changes nothing', async () => {
		const levels = [30_000, 5_000, 20_000, 10_000, 25_000, 15_000, 1_000];
		const clips = levels.map((level, index) => new Int16Array(1_600 + 4_100 * index).fill(level));
		const results = await classifier.classify(clips);
		for (const [index, level] of levels.entries()) {
			expect(results[index]?.probabilities).toEqual(closeTo(expected(level)));
		}
	});

	it('leaves nothing of one call in the buffers for the next', async () => {
		await classifier.classify([new Int16Array(32_000).fill(32_767)]);
		const [result] = await classifier.classify([new Int16Array(8_000)]);
		expect(result?.probabilities).toEqual(closeTo(expected(0)));
	});

	it('pads a clip that is shorter than the model takes with silence that counts', async () => {
		const [result] = await classifier.classify([new Int16Array(400).fill(20_000)]);
		expect(result?.probabilities).toEqual(closeTo(expected(20_000, 400 / 1_600)));
	});

	it('judges a long clip by the mean over its windows', async () => {
		// 80 000 samples in windows of 32 000 that start at 0, 24 000 and 48 000; only the first is loud.
		const clip = new Int16Array(80_000);
		clip.fill(20_000, 0, 24_000);
		const [result] = await classifier.classify([clip]);
		const loud = expected(20_000, 24_000 / 32_000);
		const quiet = expected(0);
		const mean = Object.fromEntries(
			EMOTIONS.map((emotion) => [emotion, ((loud[emotion] as number) + 2 * (quiet[emotion] as number)) / 3]),
		);
		expect(result?.probabilities).toEqual(closeTo(mean));
	});

	it('serves calls that come at the same time one after the other', async () => {
		const levels = [1_000, 9_000, 17_000, 25_000];
		const results = await Promise.all(levels.map((level) => classifier.classify([new Int16Array(9_000).fill(level)])));
		for (const [index, level] of levels.entries()) {
			expect(results[index]?.[0]?.probabilities).toEqual(closeTo(expected(level)));
		}
	});

	it('refuses to start when the self-test does not come out', async () => {
		await using copy = await copyTinyModel();
		await copy.edit((manifest) => ({
			...manifest,
			selfTest: { ...(manifest['selfTest'] as object), amplitude: 0.5 },
		}));
		const model = await loadModel(copy.directory);
		await expect(OnnxClassifier.open(model, OPTIONS)).rejects.toMatchObject({ code: 'SES_MODEL_SELF_TEST' });
	});
});

describe('OnnxClassifier on the shipped model', () => {
	let classifier: OnnxClassifier;
	beforeAll(async () => {
		classifier = await OnnxClassifier.open(await loadModel(SHIPPED_MODEL), OPTIONS);
	});
	afterAll(() => classifier[Symbol.asyncDispose]());

	/** A gliding tone with vibrato: something that is neither silence nor a constant. */
	const glide = (samples: number, hz: number): Int16Array =>
		Int16Array.from({ length: samples }, (_, n) => {
			const phase = (2 * Math.PI * hz * n) / 16_000;
			return 9_000 * Math.sin(phase + 3 * Math.sin(phase / 30)) * (1 - n / samples / 2);
		});

	it('says the same of a clip alone and in a batch of other lengths', async () => {
		const clips = [glide(16_000, 180), glide(23_000, 320), glide(96_000, 140), glide(24_000, 250)];
		const together = await classifier.classify(clips);
		for (const [index, clip] of clips.entries()) {
			const [alone] = await classifier.classify([clip]);
			for (const emotion of EMOTIONS) {
				expect(together[index]?.probabilities[emotion]).toBeCloseTo(alone?.probabilities[emotion] as number, 4);
			}
		}
	});

	it('says of the clips in samples/ what its manifest says', async () => {
		const { fixture } = (await loadModel(SHIPPED_MODEL)).manifest;
		expect(fixture?.answers.length).toBeGreaterThanOrEqual(36);
		let right = 0;
		for (const { file, emotion, label, probability } of fixture?.answers ?? []) {
			const [result] = await classifier.classify([await readClip(join(SAMPLES, file), undefined)]);
			expect(result?.probabilities[label], file).toBeCloseTo(probability, 1);
			const [likeliest] = EMOTIONS.toSorted(
				(a, b) => (result?.probabilities[b] as number) - (result?.probabilities[a] as number),
			);
			if (likeliest === emotion) right++;
		}
		// A clip on the verge may fall to the other side with another decoder's rounding.
		expect(Math.abs(right / (fixture?.answers.length as number) - (fixture?.accuracy as number))).toBeLessThan(0.06);
	});

	it('answers digital silence, alone, beside speech and within it', async () => {
		const pause = glide(200_000, 200).fill(0, 40_000, 160_000);
		expect(await classifier.classify([new Int16Array(16_000), glide(30_000, 200), pause])).toHaveLength(3);
	});

	it('takes 0.1 s as well as half a minute, and all probabilities sum to 1', async () => {
		const results = await classifier.classify([glide(1_600, 200), glide(480_000, 200)]);
		expect(results).toHaveLength(2);
		for (const { probabilities } of results) {
			const sum = EMOTIONS.reduce((total, emotion) => total + probabilities[emotion], 0);
			expect(sum).toBeCloseTo(1, 6);
		}
	});
});
