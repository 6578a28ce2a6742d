import type { z } from 'zod';
import { reasonOf, SesError } from '../domain/index.ts';
import { MINIMUM_REDIS, probeRedis, withoutCredentials } from './bullmq/connection.ts';
import { loadModel, type VerifiedModel } from './model/load.ts';
import { modelName } from './model/manifest.ts';
import { inferenceOptions, modelDirectoryOf } from './options.ts';
import { WorkerClassifier } from './worker/worker-classifier.ts';

/** One line of `ses doctor`. */
export interface Check {
	readonly name: 'model' | 'runtime' | 'self-test' | 'redis';
	readonly ok: boolean;
	readonly detail: string;
	/** What to do about it; empty when there is nothing to do. */
	readonly hint: string;
}

const good = (name: Check['name'], detail: string, hint = ''): Check => ({ name, ok: true, detail, hint });

const bad = (name: Check['name'], error: unknown): Check => ({
	name,
	ok: false,
	detail: reasonOf(error),
	hint: error instanceof SesError ? error.hint : '',
});

async function checkRuntime(model: VerifiedModel, options: z.infer<typeof inferenceOptions>): Promise<Check[]> {
	try {
		const { provider, maxBatch } = options;
		await using worker = await WorkerClassifier.open(model, { provider, maxRows: maxBatch, maxRestarts: 0 });
		const { version, selfTestDifference } = worker.runtime;
		return [
			good('runtime', `ONNX Runtime ${version} on ${provider}, in a worker thread`),
			good('self-test', `largest difference of a logit: ${selfTestDifference.toExponential(1)}`),
		];
	} catch (error) {
		const isSelfTest = error instanceof SesError && error.code === 'SES_MODEL_SELF_TEST';
		return [bad(isSelfTest ? 'self-test' : 'runtime', error)];
	}
}

async function checkRedis(url: string): Promise<Check> {
	try {
		const { version, maxmemoryPolicy } = await probeRedis(url);
		const evicts = maxmemoryPolicy !== undefined && maxmemoryPolicy !== 'noeviction';
		const detail = `Redis ${version} at ${withoutCredentials(url)}`;
		const advice = `Its maxmemory-policy is ${maxmemoryPolicy}, which may evict jobs: set it to noeviction.`;
		return good('redis', detail, evicts ? advice : '');
	} catch (error) {
		const check = bad('redis', error);
		const { major, minor } = MINIMUM_REDIS;
		return { ...check, hint: check.hint || `Redis ${major}.${minor} or newer is needed.` };
	}
}

/** What `ses doctor` asks this room: model, checksum, runtime, self-test, Redis. Never throws for what it finds. */
export async function checkInference(given: z.input<typeof inferenceOptions> = {}): Promise<Check[]> {
	const options = inferenceOptions.parse(given);
	const checks: Check[] = [];
	try {
		const model = await loadModel(modelDirectoryOf(options));
		const { manifest } = model;
		checks.push(good('model', `${modelName(manifest)}, sha256 ${manifest.sha256.slice(0, 12)}…, ${manifest.licence}`));
		checks.push(...(await checkRuntime(model, options)));
	} catch (error) {
		checks.push(bad('model', error));
	}
	if (options.redisUrl) checks.push(await checkRedis(options.redisUrl));
	return checks;
}
