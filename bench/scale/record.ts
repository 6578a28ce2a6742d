import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import { BullMqQueue, BullMqWorker, loadModel } from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { modelDirectoryOf } from '../../src/inference/options.ts';
import type { Prng } from '../../src/sim/index.ts';
import { startRedisIfFound } from '../suites/queue/start-redis.ts';
import { submitAll } from '../suites/queue/submit-all.ts';
import { cpuMsSince } from '../support/call/standing-call.ts';
import { joined, speechOf } from '../support/speech.ts';
import { InstantClassifier, newUtterance } from '../support/utterance.ts';

const SPEECH = new URL('../../samples/ravdess/', import.meta.url);
export const BATCHES = [1, 2, 4, 8];
/** Utterances last 3 s on average, between these. */
const [SHORTEST_S, LONGEST_S] = [1.5, 4.5];
export const MEAN_S = (SHORTEST_S + LONGEST_S) / 2;

/** Processor time of batches as they come: milliseconds of each, by their size. */
export type ServiceTimes = ReadonlyMap<number, readonly number[]>;

/** What an utterance takes of Redis and of the two event loops that talk to it. */
export interface RedisCosts {
	/** Processor time of the server, milliseconds. */
	readonly serverMs: number;
	/** Of bot and worker together, the codec included and the model not. */
	readonly endsMs: number;
	/** Into the server and out of it, all commands and answers. */
	readonly bytesIn: number;
	readonly bytesOut: number;
	/** What it takes up in the server while it waits. */
	readonly waitingBytes: number;
}

/** @param samples batches of each size */
export async function recordServiceTimes(samples: number, draw: Prng, signal: AbortSignal): Promise<ServiceTimes> {
	const most = Math.max(...BATCHES);
	const model = await loadModel(modelDirectoryOf({}));
	await using classifier = await OnnxClassifier.open(model, { provider: 'cpu', maxRows: most });
	const speech = joined(await speechOf(SPEECH, 22));
	const clip = (): Int16Array => {
		const length = Math.round((SHORTEST_S + (LONGEST_S - SHORTEST_S) * draw()) * SAMPLE_RATE_HZ);
		const start = Math.floor(draw() * (speech.length - length));
		return speech.slice(start, start + length);
	};
	const times = new Map<number, number[]>();
	for (const batch of BATCHES) {
		const taken: number[] = [];
		// The first few are not counted: that is when memory is allocated.
		for (let sample = -3; sample < samples; sample++) {
			signal.throwIfAborted();
			const clips = Array.from({ length: batch }, clip);
			const before = process.cpuUsage();
			await classifier.classify(clips);
			if (sample >= 0) taken.push(cpuMsSince(before));
		}
		times.set(batch, taken);
	}
	return times;
}

/** @param utterances of 3 s that are sent through; a multiple of eight @returns undefined where there is no redis-server */
export async function recordRedis(utterances: number): Promise<RedisCosts | undefined> {
	await using server = await startRedisIfFound();
	if (!server) return undefined;
	const { url } = server;
	const redis = new Redis(url);
	const figure = async (section: string, name: string): Promise<number> =>
		Number(new RegExp(`^${name}:(\\S+)`, 'm').exec(await redis.info(section))?.[1]);
	const looks = async () => ({
		cpuMs: 1000 * ((await figure('cpu', 'used_cpu_user')) + (await figure('cpu', 'used_cpu_sys'))),
		bytesIn: await figure('stats', 'total_net_input_bytes'),
		bytesOut: await figure('stats', 'total_net_output_bytes'),
	});
	const [pcm] = (await speechOf(SPEECH, 1)).map((clip) => clip.slice(0, MEAN_S * SAMPLE_RATE_HZ));
	if (!pcm) throw new Error('There is no speech to send.');
	const shared = { url, prefix: `{${randomUUID()}}` };
	const queue = new BullMqQueue({ ...shared, ttlMs: Number.POSITIVE_INFINITY, maxDepth: 4096 });
	try {
		// Nobody takes them yet: what they take up is what waiting costs.
		const empty = await figure('memory', 'used_memory');
		const results = Array.from({ length: utterances }, () => queue.submit(newUtterance(pcm)));
		while ((await redis.dbsize()) < utterances) await delay(100);
		await delay(500);
		const waitingBytes = ((await figure('memory', 'used_memory')) - empty) / utterances;
		const worker = { ...shared, maxBatch: 8, maxBatchWaitMs: 5, concurrency: 1 };
		await using serving = new BullMqWorker(new InstantClassifier(), worker);
		await serving.ready();
		await Promise.all(results);

		const before = await looks();
		const usage = process.cpuUsage();
		for (let sent = 0; sent < utterances; sent += 8) await submitAll(queue, pcm, 8);
		const endsMs = cpuMsSince(usage) / utterances;
		const after = await looks();
		return {
			serverMs: (after.cpuMs - before.cpuMs) / utterances,
			endsMs,
			bytesIn: (after.bytesIn - before.bytesIn) / utterances,
			bytesOut: (after.bytesOut - before.bytesOut) / utterances,
			waitingBytes,
		};
	} finally {
		await queue[Symbol.asyncDispose]();
		redis.disconnect();
	}
}
