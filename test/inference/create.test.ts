import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EMOTIONS, type InferenceOutcome } from '../../src/domain/index.ts';
import {
	checkInference,
	createInference,
	inferenceOptions,
	openClassifier,
	openInferenceWorker,
} from '../../src/inference/index.ts';
import { modelDirectoryOf } from '../../src/inference/options.ts';
import { startRedis } from '../support/redis.ts';
import { copyTinyModel, HEARING_MODEL, SHIPPED_MODEL, TINY_MODEL } from './models.ts';
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
		await using embedded = await createInference({ ttlMs: 60_000 });
		await using remote = await createInference({ redisUrl: server.url, redisAudio: 'pcm', ttlMs: 60_000 });
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
		const options = { redisUrl: server.url, modelDirectory: TINY_MODEL, ttlMs: 60_000 };
		await using bot = await createInference({ ...options, redisWorker: false });
		expect(bot.stats().workers).toBe(0);
		const answer = bot.queue.submit(utterance(1));
		expect(await Promise.race([answer, delay(200, 'waiting')])).toBe('waiting');
		await using worker = await openInferenceWorker({ ...options, workers: 2 });
		expect(worker).toMatchObject({ model: 'tiny@0.0.1', workers: 2 });
		expect(await answer).toMatchObject({ status: 'classified' });
	});

	it('says in the log which model it is and under what licence', async () => {
		const lines: unknown[] = [];
		const info = (values: object, message: string): void => void lines.push({ ...values, message });
		const log = { info, debug: info, warn: info, error: info };
		await using _ = await createInference({ modelDirectory: TINY_MODEL }, { log });
		expect(lines).toEqual([{ model: 'tiny@0.0.1', variant: 'own', licence: 'MIT', message: 'The model is loaded' }]);
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

describe('which model is loaded', () => {
	it('is the shipped one, its commercial variant, or one in a folder of its own', () => {
		const directoryOf = (options: object) => modelDirectoryOf(inferenceOptions.parse(options));
		expect(directoryOf({})).toBe(SHIPPED_MODEL);
		expect(directoryOf({ modelVariant: 'commercial' })).toBe(join(SHIPPED_MODEL, 'commercial'));
		expect(directoryOf({ modelVariant: 'commercial', modelDirectory: TINY_MODEL })).toBe(TINY_MODEL);
	});

	it('is under a free licence in its commercial variant', async () => {
		await using inference = await createInference({ modelVariant: 'commercial' });
		const outcome = await inference.queue.submit(utterance(1, { pcm: tone(220) }));
		expect(outcome).toMatchObject({ status: 'classified', classification: { model: 'ses-emotion-commercial@0.4.1' } });
		const [model] = await checkInference({ modelVariant: 'commercial' });
		expect(model?.detail).toContain('licence MIT');
	});

	it('is what the doctor says, with its licence', async () => {
		const [tiny] = await checkInference({ modelDirectory: TINY_MODEL });
		expect(tiny).toMatchObject({
			ok: true,
			detail: expect.stringMatching(/^tiny@0\.0\.1, licence MIT, tells emotions; /),
		});
		const [hearing] = await checkInference({ modelDirectory: HEARING_MODEL });
		expect(hearing?.detail).toContain('tells emotions, sound events, prosody');
	});
});

describe('inferenceOptions', () => {
	it('has a default for everything that must be set', () => {
		expect(inferenceOptions.parse({})).toMatchObject({ providers: ['cpu'], ttlMs: 10_000, maxDepth: 256 });
	});

	it('says what a setting is called now that had another name', () => {
		const { error } = inferenceOptions.safeParse({ provider: 'cuda' });
		expect(error?.issues).toMatchObject([{ message: expect.stringContaining('`providers` now') }]);
		const other = inferenceOptions.safeParse({ worker: 1 });
		expect(other.error?.issues).toMatchObject([{ message: expect.stringContaining('"worker"') }]);
	});

	it('lets recordings wait for ever, and refuses what makes no sense', () => {
		const endless = { ttlMs: Number.POSITIVE_INFINITY, maxDepth: Number.POSITIVE_INFINITY };
		expect(inferenceOptions.parse(endless)).toMatchObject(endless);
		for (const wrong of [
			{ workers: 0 },
			{ ttlMs: 0 },
			{ maxDepth: 1.5 },
			{ redisUrl: 'localhost' },
			{ worker: 1 },
			{ providers: [] },
			{ providers: ['cpu', 'cpu'] },
		]) {
			expect(inferenceOptions.safeParse(wrong).success).toBe(false);
		}
	});
});
