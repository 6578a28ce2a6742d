import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Classification, EMOTIONS } from '../../src/domain/index.ts';
// Not by way of the index: the model's runtime takes seconds to load where all cores are busy.
import { BullMqWorker } from '../../src/inference/bullmq/worker.ts';

/**
 * A worker of its own, to be killed, stopped or slowed down; its model answers each clip with the same
 * after `classifyMs`. Says `ready`, and from then on `batch N` for each batch that it begins.
 */
const { values } = parseArgs({
	options: {
		url: { type: 'string' },
		prefix: { type: 'string' },
		classifyMs: { type: 'string', default: '0' },
		maxBatch: { type: 'string', default: '4' },
		lockMs: { type: 'string', default: '1000' },
		clockSkewMs: { type: 'string', default: '0' },
	},
});
const { url = '', prefix = '', classifyMs, maxBatch, lockMs, clockSkewMs } = values;

if (Number(clockSkewMs) !== 0) {
	const now = Date.now.bind(Date);
	Date.now = () => now() + Number(clockSkewMs);
}

const even = Object.fromEntries(EMOTIONS.map((emotion) => [emotion, 1 / EMOTIONS.length]));
const answer = { model: 'drill@1', probabilities: even as Classification['probabilities'] };
const worker = new BullMqWorker(
	{
		model: 'drill@1',
		unsureBelow: 0,
		async classify(clips) {
			process.stdout.write(`batch ${clips.length}\n`);
			await delay(Number(classifyMs));
			return clips.map(() => answer);
		},
		async [Symbol.asyncDispose]() {},
	},
	{ url, prefix, maxBatch: Number(maxBatch), maxBatchWaitMs: 2, concurrency: 1, lockMs: Number(lockMs) },
);
await worker.ready();
process.stdout.write('ready\n');
