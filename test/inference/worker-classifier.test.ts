import { describe, expect, it } from 'vitest';
import type { SesError } from '../../src/domain/index.ts';
import {
	ClassifierPool,
	loadModel,
	WorkerClassifier,
	type WorkerClassifierOptions,
} from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { until } from '../support/until.ts';
import { copyTinyModel, SHIPPED_MODEL, TINY_MODEL } from './models.ts';

const UNRULY = new URL('./fixtures/unruly-thread.ts', import.meta.url);
const EVERY_THREAD = 32_767;
const [CRASH, HANG, FAIL, BABBLE] = [1, 2, 3, 4];

const order = (what: number, upToThread: number): Int16Array => Int16Array.of(what, upToThread);
const openUnruly = async (options: Partial<WorkerClassifierOptions> = {}) =>
	WorkerClassifier.open(await loadModel(TINY_MODEL), {
		provider: 'cpu',
		maxRows: 4,
		script: UNRULY,
		maxBackOffMs: 50,
		...options,
	});

describe('WorkerClassifier', () => {
	it('says in a thread exactly what the model says on the spot', async () => {
		const model = await loadModel(TINY_MODEL);
		const options = { provider: 'cpu', maxRows: 4 } as const;
		await using here = await OnnxClassifier.open(model, options);
		await using there = await WorkerClassifier.open(model, options);
		const clips = [12_000, 900, 40_000].map((samples) => new Int16Array(samples).fill(samples / 2));
		expect(await there.classify(clips)).toEqual(await here.classify(clips));
		expect(there).toMatchObject({ model: here.model, unsureBelow: here.unsureBelow });
		expect(there.runtime.version).toMatch(/^\d+\.\d+/);
	});

	it('leaves the clips of its caller whole', async () => {
		await using classifier = await openUnruly();
		const clip = new Int16Array(100).fill(9);
		await classifier.classify([clip, clip.subarray(20, 40)]);
		expect(clip).toEqual(new Int16Array(100).fill(9));
	});

	it('leaves the event loop free while the model computes', async () => {
		await using classifier = await WorkerClassifier.open(await loadModel(SHIPPED_MODEL), {
			provider: 'cpu',
			maxRows: 4,
		});
		const clip = Int16Array.from({ length: 16_000 * 60 }, (_, n) => 9_000 * Math.sin(n / 12 + Math.sin(n / 900)));
		const before = performance.eventLoopUtilization();
		await classifier.classify([clip]);
		// On this very thread it would be close to 1.
		expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
	});

	it('retries on a new thread what the old one died of', async () => {
		const lost: string[] = [];
		await using classifier = await openUnruly({ onLost: (reason) => lost.push(reason) });
		const thread = Number(classifier.runtime.version);
		const [result] = await classifier.classify([order(CRASH as number, thread)]);
		expect(result?.model).toBe(`runner ${classifier.runtime.version}`);
		expect(Number(classifier.runtime.version)).toBeGreaterThan(thread);
		expect(classifier.restarts).toBe(1);
		expect(lost).toEqual(['exit code 7']);
	});

	it('answers everything that was pending when the thread died', async () => {
		await using classifier = await openUnruly();
		const thread = Number(classifier.runtime.version);
		const clips = [order(0, 0), order(CRASH as number, thread), order(0, 0), order(0, 0)];
		const results = await Promise.all(clips.map((clip) => classifier.classify([clip])));
		expect(results.flat()).toHaveLength(4);
		expect(classifier.restarts).toBe(1);
	});

	it('replaces a thread that hangs, and one that talks nonsense', async () => {
		const lost: string[] = [];
		await using classifier = await openUnruly({ hangMs: 2_000, onLost: (reason) => lost.push(reason) });
		await classifier.classify([order(HANG as number, Number(classifier.runtime.version))]);
		await classifier.classify([order(BABBLE as number, Number(classifier.runtime.version))]);
		expect(lost).toEqual(['it did not answer in time', 'it sent a message that nobody knows']);
	});

	it('passes on that a clip cannot be judged, and goes on', async () => {
		await using classifier = await openUnruly();
		await expect(classifier.classify([order(FAIL as number, 0)])).rejects.toThrow('not to my taste');
		expect(await classifier.classify([order(0, 0)])).toHaveLength(1);
		expect(classifier.restarts).toBe(0);
	});

	it('gives up a clip that kills two threads, and neither the others nor itself', async () => {
		await using classifier = await openUnruly();
		const killer = classifier.classify([order(CRASH as number, EVERY_THREAD)]);
		await expect(killer).rejects.toMatchObject({
			code: 'SES_POISON_JOB',
			message: expect.stringContaining('exit code 7'),
		});
		expect(await classifier.classify([order(0, 0)])).toHaveLength(1);
		expect(classifier.restarts).toBe(2);
	});

	it('does not blame what stood in line behind such a clip', async () => {
		await using classifier = await openUnruly();
		const killer = classifier.classify([order(CRASH as number, EVERY_THREAD)]);
		const innocent = [1, 2, 3].map(() => classifier.classify([order(0, 0)]));
		await expect(killer).rejects.toMatchObject({ code: 'SES_POISON_JOB' });
		expect((await Promise.all(innocent)).flat()).toHaveLength(3);
	});

	it('gives up for good after too many losses in a row, and says so at once from then on', async () => {
		const givenUp: string[] = [];
		const onGivenUp = ({ code, message }: SesError): void => void givenUp.push(`${code}: ${message}`);
		await using classifier = await openUnruly({ maxRestarts: 1, onGivenUp });
		const deadly = order(CRASH as number, EVERY_THREAD);
		const last = { code: 'SES_WORKER_GIVEN_UP', message: expect.stringContaining('2 times') };
		await expect(classifier.classify([deadly])).rejects.toMatchObject({ code: 'SES_POISON_JOB' });
		await expect(classifier.classify([order(0, 0)])).rejects.toMatchObject(last);
		await expect(classifier.classify([order(0, 0)])).rejects.toMatchObject(last);
		expect(classifier.restarts).toBe(1);
		expect(givenUp).toEqual([expect.stringMatching(/^SES_WORKER_GIVEN_UP: .*exit code 7/)]);
	});

	it('replaces a thread that has served its time, without losing what is under way', async () => {
		const reasons: string[] = [];
		await using classifier = await openUnruly({ recycleAfter: 5, onRecycled: (reason) => reasons.push(reason) });
		const first = classifier.runtime.version;
		await until(async () => {
			const results = await Promise.all([1, 2, 3].map(() => classifier.classify([order(0, 0)])));
			expect(results.flat()).toHaveLength(3);
			return results.flat().every(({ model }) => model !== `runner ${first}`);
		});
		expect(classifier.recycled).toBeGreaterThan(0);
		expect(classifier.restarts).toBe(0);
		expect(reasons[0]).toMatch(/^it has classified \d+ clips$/);
	});

	it('refuses to start with a model that fails its self-test, or that the runtime cannot load', async () => {
		await using copy = await copyTinyModel();
		await copy.edit((manifest) => ({ ...manifest, selfTest: { ...(manifest['selfTest'] as object), amplitude: 0.9 } }));
		const options = { provider: 'cpu', maxRows: 4 } as const;
		const altered = await loadModel(copy.directory);
		await expect(WorkerClassifier.open(altered, options)).rejects.toMatchObject({ code: 'SES_MODEL_SELF_TEST' });
		const garbage = { manifest: altered.manifest, bytes: new Uint8Array(100) };
		await expect(WorkerClassifier.open(garbage, options)).rejects.toMatchObject({ code: 'SES_RUNTIME_UNUSABLE' });
	});

	it('settles what is pending when it is closed, hung or not, and refuses what comes later', async () => {
		const classifier = await openUnruly({ hangMs: 60_000, stopMs: 200 });
		const pending = classifier.classify([order(HANG as number, EVERY_THREAD)]);
		const settled = expect(pending).rejects.toMatchObject({ code: 'SES_WORKER_LOST' });
		await classifier[Symbol.asyncDispose]();
		await settled;
		await expect(classifier.classify([order(0, 0)])).rejects.toMatchObject({ code: 'SES_WORKER_LOST' });
		expect(classifier.restarts).toBe(0);
	});
});

describe('ClassifierPool', () => {
	it('gives a request to the worker with the least before it', async () => {
		const options = { provider: 'cpu', maxRows: 4, script: UNRULY } as const;
		await using pool = await ClassifierPool.open(await loadModel(TINY_MODEL), 2, options);
		const results = await Promise.all([1, 2].map(() => pool.classify([order(0, 0)])));
		expect(new Set(results.flat().map(({ model }) => model)).size).toBe(2);
	});

	it('goes on with the workers that are left when one is given up', async () => {
		const options = { provider: 'cpu', maxRows: 4, script: UNRULY, maxRestarts: 0 } as const;
		await using pool = await ClassifierPool.open(await loadModel(TINY_MODEL), 2, options);
		const [first] = await pool.classify([order(0, 0)]);
		const number = Number(first?.model.split(' ')[1]);
		await expect(pool.classify([order(CRASH as number, number)])).resolves.toHaveLength(1);
		for (let again = 0; again < 5; again++) expect(await pool.classify([order(0, 0)])).toHaveLength(1);
	});

	it('closes the workers that did start when one does not', async () => {
		const options = { provider: 'cpu', maxRows: 4 } as const;
		const { manifest } = await loadModel(TINY_MODEL);
		const broken = { manifest, bytes: new Uint8Array(8) };
		await expect(ClassifierPool.open(broken, 2, options)).rejects.toMatchObject({ code: 'SES_RUNTIME_UNUSABLE' });
	});
});
