import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EMOTIONS, type InferenceOutcome } from '../../src/domain/index.ts';
import { createInference, inferenceOptions, openClassifier, openInferenceWorker } from '../../src/inference/index.ts';
import { startRedis } from '../support/redis.ts';
import { copyTinyModel, SHIPPED_MODEL, TINY_MODEL } from './models.ts';
import { utterance } from './scripted-classifier.ts';

const tone = (hz: number): Int16Array =>
	Int16Array.from({ length: 24_000 }, (_, n) => 9_000 * Math.sin((2 * Math.PI * hz * n) / 16_000));

const probabilitiesOf = (outcome: InferenceOutcome) => {
	if (outcome.status !== 'classified') throw new Error(`dropped: ${outcome.cause}`);
	return EMOTIONS.map((emotion) => outcome.classification.probabilities[emotion]);
};

describe('createInference', () => {
	it('carries an utterance through the shipped model: embedded and over Redis alike', async () => {
		await using server = await startRedis();
		const clip = utterance(1, { pcm: tone(220) });
		await using embedded = await createInference();
		await using remote = await createInference({ redisUrl: server.url });
		const here = await embedded.queue.submit(clip);
		const there = await remote.queue.submit(clip);
		expect(probabilitiesOf(there)).toEqual(probabilitiesOf(here).map((value) => expect.closeTo(value, 6)));
		expect(here).toMatchObject({ classification: { model: embedded.model.name } });
		expect(embedded.unsureBelow).toBe(embedded.model.calibration.unsureBelow);
		expect(embedded.stats()).toMatchObject({ submitted: 1, classified: 1, workers: 1, restarts: 0 });
		expect(embedded.stats()).not.toHaveProperty('redis');
		expect(remote.stats()).toMatchObject({ classified: 1, redis: { status: 'ready' } });
	});

	it('leaves the work to other processes where it is told to', async () => {
		await using server = await startRedis();
		const options = { redisUrl: server.url, modelDirectory: TINY_MODEL };
		await using bot = await createInference({ ...options, redisWorker: false });
		expect(bot.stats().workers).toBe(0);
		const answer = bot.queue.submit(utterance(1));
		expect(await Promise.race([answer, delay(200, 'waiting')])).toBe('waiting');
		await using worker = await openInferenceWorker({ ...options, workers: 2 });
		expect(worker).toMatchObject({ model: 'tiny@0.0.1', workers: 2 });
		expect(await answer).toMatchObject({ status: 'classified' });
	});

	it('refuses an altered model before anything is started', async () => {
		await using copy = await copyTinyModel();
		await copy.edit((manifest) => ({ ...manifest, sha256: '0'.repeat(64) }));
		const attempt = createInference({ modelDirectory: copy.directory });
		await expect(attempt).rejects.toMatchObject({ code: 'SES_MODEL_ALTERED' });
	});

	it('settles what is under way when it is closed', async () => {
		const inference = await createInference({ modelDirectory: SHIPPED_MODEL });
		const answers = Array.from({ length: 20 }, (_, tag) => inference.queue.submit(utterance(tag, { pcm: tone(200) })));
		await inference[Symbol.asyncDispose]();
		const outcomes = await Promise.all(answers);
		expect(outcomes.every(({ status }) => status === 'dropped')).toBe(true);
	});
});

describe('openClassifier', () => {
	it('gives the model without a queue', async () => {
		await using classifier = await openClassifier({ modelDirectory: TINY_MODEL });
		expect(await classifier.classify([tone(100), tone(200)])).toHaveLength(2);
	});
});

describe('inferenceOptions', () => {
	it('has a default for everything that must be set', () => {
		expect(inferenceOptions.parse({})).toMatchObject({ workers: 1, provider: 'cpu', ttlMs: 10_000, maxDepth: 256 });
	});

	it('lets recordings wait for ever, and refuses what makes no sense', () => {
		const endless = { ttlMs: Number.POSITIVE_INFINITY, maxDepth: Number.POSITIVE_INFINITY };
		expect(inferenceOptions.parse(endless)).toMatchObject(endless);
		for (const wrong of [{ workers: 0 }, { ttlMs: 0 }, { maxDepth: 1.5 }, { redisUrl: 'localhost' }, { worker: 1 }]) {
			expect(inferenceOptions.safeParse(wrong).success).toBe(false);
		}
	});
});
