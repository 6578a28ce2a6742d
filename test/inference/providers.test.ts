import { describe, expect, it } from 'vitest';
import { checkInference, createInference, loadModel } from '../../src/inference/index.ts';
import type { ExecutionProvider } from '../../src/inference/model/execution-providers.ts';
import { openPool } from '../../src/inference/open-pool.ts';
import { inferenceOptions } from '../../src/inference/options.ts';
import { TINY_MODEL } from './models.ts';

const CHOOSY = new URL('./fixtures/choosy-child.ts', import.meta.url);
/** There is none on this platform, whatever is installed. */
const ABSENT: ExecutionProvider = process.platform === 'darwin' ? 'dml' : 'coreml';

function recorder() {
	const warnings: object[] = [];
	const ignore = (): void => undefined;
	const warn = (values: object): void => void warnings.push(values);
	return { warnings, log: { debug: ignore, info: ignore, error: ignore, warn } };
}

async function openChoosy(...providers: ExecutionProvider[]) {
	const { warnings, log } = recorder();
	const options = inferenceOptions.parse({ providers, isolation: 'process', maxRestarts: 0 });
	const opened = await openPool(await loadModel(TINY_MODEL), options, 'worker', { log, script: CHOOSY });
	return { ...opened, warnings };
}

describe('the list of execution providers', () => {
	it('falls back to the CPU from one that is not there, one that is wrong, one that crashes; a message for each', async () => {
		const { pool, provider, passedOver, warnings } = await openChoosy('cuda', 'tensorrt', 'dml', 'cpu');
		await using _ = pool;
		expect(provider).toBe('cpu');
		expect(passedOver.map((each) => each.provider)).toEqual(['cuda', 'tensorrt', 'dml']);
		expect(warnings).toEqual([
			{ provider: 'cuda', reason: expect.stringContaining('no CUDA-capable device is detected') },
			{ provider: 'tensorrt', reason: expect.stringContaining('does not reproduce its self-test') },
			{ provider: 'dml', reason: expect.stringContaining('SIGSEGV') },
		]);
		expect(await pool.classify([new Int16Array(9_000).fill(500)])).toHaveLength(1);
	});

	it('stops at the first that works', async () => {
		const { pool, provider, warnings } = await openChoosy('cpu', 'cuda');
		await using _ = pool;
		expect(provider).toBe('cpu');
		expect(warnings).toEqual([]);
	});

	it('refuses to start when the last of them fails, with what that one said', async () => {
		await expect(openChoosy('tensorrt', 'cuda')).rejects.toMatchObject({
			code: 'SES_RUNTIME_UNUSABLE',
			message: expect.stringContaining('cuda'),
		});
		await expect(openChoosy('tensorrt')).rejects.toMatchObject({ code: 'SES_MODEL_SELF_TEST' });
	});

	it('falls back from one that this build of ONNX Runtime lacks', async () => {
		await using inference = await createInference({ modelDirectory: TINY_MODEL, providers: [ABSENT, 'cpu'] });
		expect(inference.stats()).toMatchObject({ provider: 'cpu', workers: 1 });
	});

	it('is what the doctor tries: it says which is used and why another is not', async () => {
		const checks = await checkInference({ modelDirectory: TINY_MODEL, providers: [ABSENT, 'cpu'] });
		const runtime = checks.find(({ name }) => name === 'runtime');
		expect(runtime).toMatchObject({ ok: true, hint: expect.stringContaining('inference.providers') });
		expect(runtime?.detail).toMatch(new RegExp(`^ONNX Runtime [\\d.]+ on cpu; not on ${ABSENT}: .*backend`));
		const [, refused] = await checkInference({ modelDirectory: TINY_MODEL, providers: [ABSENT] });
		expect(refused).toMatchObject({ name: 'runtime', ok: false, detail: expect.stringContaining(ABSENT) });
	});
});
