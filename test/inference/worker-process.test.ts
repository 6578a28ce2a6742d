import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModel, WorkerClassifier, type WorkerClassifierOptions } from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { until } from '../support/until.ts';
import { SHIPPED_MODEL, TINY_MODEL } from './models.ts';

const UNRULY = new URL('./fixtures/unruly-child.ts', import.meta.url);
const EVERY_LIFE = 32_767;
const [HANG, SEGFAULT] = [2, 5];

const order = (what: number, upToLife: number): Int16Array => Int16Array.of(what, upToLife);

describe('WorkerClassifier in a process of its own', () => {
	let directory = '';
	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), 'ses-lives-'));
		await writeFile(join(directory, 'lives'), '0');
		process.env['UNRULY_LIVES'] = directory;
	});
	afterEach(async () => {
		delete process.env['UNRULY_LIVES'];
		await rm(directory, { recursive: true, force: true });
	});

	const openUnruly = async (options: Partial<WorkerClassifierOptions> = {}) =>
		WorkerClassifier.open(await loadModel(TINY_MODEL), {
			provider: 'cpu',
			maxRows: 4,
			isolation: 'process',
			script: UNRULY,
			maxBackOffMs: 50,
			...options,
		});

	it('says exactly what the model says on the spot', async () => {
		const model = await loadModel(SHIPPED_MODEL);
		const options = { provider: 'cpu', maxRows: 4, isolation: 'process' } as const;
		await using here = await OnnxClassifier.open(model, options);
		await using there = await WorkerClassifier.open(model, options);
		const clips = [12_000, 900, 40_000].map((samples) =>
			Int16Array.from({ length: samples }, (_, n) => 9_000 * Math.sin(n / 12 + Math.sin(n / 900))),
		);
		expect(await there.classify(clips)).toEqual(await here.classify(clips));
	});

	it('survives a segmentation fault and retries what was under way', async () => {
		const lost: string[] = [];
		await using classifier = await openUnruly({ onLost: (reason) => lost.push(reason) });
		const clips = [order(0, 0), order(SEGFAULT as number, 1), order(0, 0), order(0, 0)];
		const results = await Promise.all(clips.map((clip) => classifier.classify([clip])));
		expect(results.flat()).toHaveLength(4);
		expect(lost).toEqual(['signal SIGSEGV']);
		expect(classifier.restarts).toBe(1);
	});

	it('ends a process that hangs in a loop and deaf to SIGTERM, and answers on the next', async () => {
		const lost: string[] = [];
		await using classifier = await openUnruly({ hangMs: 2_000, onLost: (reason) => lost.push(reason) });
		const [result] = await classifier.classify([order(HANG as number, 1)]);
		expect(result?.model).toBe('runner 2');
		expect(lost).toEqual(['it did not answer in time']);
	});

	it('sets a clip aside that kills two processes', async () => {
		await using classifier = await openUnruly();
		await expect(classifier.classify([order(SEGFAULT as number, EVERY_LIFE)])).rejects.toMatchObject({
			code: 'SES_POISON_JOB',
			message: expect.stringContaining('SIGSEGV'),
		});
		expect(await classifier.classify([order(0, 0)])).toHaveLength(1);
	});

	it('recycles a process that has grown too large, while it goes on answering', async () => {
		const reasons: string[] = [];
		await using classifier = await openUnruly({
			recycleAboveBytes: 1_000_000,
			onRecycled: (reason) => reasons.push(reason),
		});
		let latest = '';
		await until(async () => {
			const results = await Promise.all([1, 2, 3].map(() => classifier.classify([order(0, 0)])));
			expect(results.flat()).toHaveLength(3);
			latest = results[0]?.[0]?.model ?? '';
			return latest !== 'runner 1';
		});
		expect(reasons[0]).toMatch(/^it takes \d+ bytes of memory$/);
		expect(classifier.restarts).toBe(0);
	});

	it('gives up at the start when what it runs cannot be found', async () => {
		const script = new URL('./fixtures/no-such-file.ts', import.meta.url);
		await expect(openUnruly({ script })).rejects.toMatchObject({ code: 'SES_WORKER_LOST' });
	});

	it('hands no secret on to the process', async () => {
		process.env['DISCORD_TOKEN'] = 'a secret';
		process.env['SES_STORAGE_KEY'] = 'a secret';
		try {
			await using classifier = await openUnruly({ script: new URL('./fixtures/tell-tale-child.ts', import.meta.url) });
			expect(classifier.runtime.version.split(' ')).not.toContain('DISCORD_TOKEN');
			expect(classifier.runtime.version.split(' ')).not.toContain('SES_STORAGE_KEY');
			expect(classifier.runtime.version.split(' ')).toContain('ORT_DISABLE_TELEMETRY');
		} finally {
			delete process.env['DISCORD_TOKEN'];
			delete process.env['SES_STORAGE_KEY'];
		}
	});
});
