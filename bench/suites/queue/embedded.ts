import { EmbeddedQueue } from '../../../src/inference/index.ts';
import type { Comparison } from '../../harness/index.ts';
import { InstantClassifier } from '../../support/utterance.ts';
import { submitAll } from './submit-all.ts';

const MAX_BATCH = 8;
/** In one measured call, which would be too short for the clock otherwise. */
const BURSTS = 32;

async function repeat(burst: () => Promise<void>): Promise<void> {
	for (let done = 0; done < BURSTS; done++) await burst();
}

/** @param burst utterances submitted at once; a multiple of the batch, so that none waits for company */
export function embeddedQueueComparisons(pcm: Int16Array, burst: number, stack: AsyncDisposableStack): Comparison[] {
	const classifier = new InstantClassifier();
	const queue = stack.use(
		new EmbeddedQueue(classifier, {
			ttlMs: 10_000,
			maxDepth: 256,
			maxBatch: MAX_BATCH,
			maxBatchWaitMs: 5,
			concurrency: 1,
		}),
	);
	return [
		{
			id: 'queue/embedded',
			per: 'utterance',
			clock: 'cpu',
			units: BURSTS * burst,
			ours: {
				name: 'EmbeddedQueue, instant classifier',
				asyncWork: () => repeat(() => submitAll(queue, pcm, burst)),
			},
			reference: {
				name: 'classify for each, no queue',
				kind: 'floor',
				asyncWork: () =>
					repeat(async () => {
						await Promise.all(Array.from({ length: burst }, () => classifier.classify([pcm])));
					}),
			},
		},
	];
}
