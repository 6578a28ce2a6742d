import type { z } from 'zod';
import { reasonOf, SesError } from '../domain/index.ts';
import { withoutCredentials } from './bullmq/address.ts';
import { MINIMUM_REDIS, probeRedis } from './bullmq/connection.ts';
import type { VerifiedModel } from './model/load.ts';
import { type ModelManifest, modelName } from './model/manifest.ts';
import { openModel } from './open-model.ts';
import { workerOptionsOf } from './open-pool.ts';
import { type InferenceOptions, inferenceOptions } from './options.ts';
import { withPreferred } from './worker/preferred-provider.ts';
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

/**
 * Tries the providers in order, as a start does, and says which is used and why others are not. In a process of
 * its own, since what is to be found out may be that a driver brings down the process that loads it.
 */
async function checkRuntime(model: VerifiedModel, options: InferenceOptions): Promise<Check[]> {
	const settings = { ...workerOptionsOf(options, 'worker'), maxRestarts: 0 };
	try {
		const { opened, provider, passedOver } = await withPreferred(options.providers, (provider) =>
			WorkerClassifier.open(model, { ...settings, provider }),
		);
		await using worker = opened;
		const { version, selfTestDifference } = worker.runtime;
		const because = passedOver.map((each) => `; not on ${each.provider}: ${each.reason}`).join('');
		return [
			good('runtime', `ONNX Runtime ${version} on ${provider}${because}`, passedOver[0]?.hint),
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

/** Which model, under what licence, and what it tells. */
function describeModel(manifest: ModelManifest): string {
	const { licence, sha256, outputs } = manifest;
	const tells = ['emotions', ...(outputs.events ? ['sound events'] : []), ...(outputs.prosody ? ['prosody'] : [])];
	return `${modelName(manifest)}, licence ${licence}, tells ${tells.join(', ')}; sha256 ${sha256.slice(0, 12)}…`;
}

/** What `ses doctor` asks this room: model, checksum, runtime, self-test, Redis. Never throws for what it finds. */
export async function checkInference(given: z.input<typeof inferenceOptions> = {}): Promise<Check[]> {
	const options = inferenceOptions.parse(given);
	const checks: Check[] = [];
	try {
		const model = await openModel(options);
		checks.push(good('model', describeModel(model.manifest)));
		checks.push(...(await checkRuntime(model, options)));
	} catch (error) {
		checks.push(bad('model', error));
	}
	if (options.redisUrl) checks.push(await checkRedis(options.redisUrl));
	return checks;
}
