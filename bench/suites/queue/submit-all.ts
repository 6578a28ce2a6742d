import type { InferenceQueue } from '../../../src/domain/index.ts';
import { newUtterance } from '../../support/utterance.ts';

/** Submits `count` new utterances at once and waits for their results. @throws when one got none */
export async function submitAll(queue: InferenceQueue, pcm: Int16Array, count: number): Promise<void> {
	const submitted = Array.from({ length: count }, () => queue.submit(newUtterance(pcm)));
	for (const outcome of await Promise.all(submitted)) {
		if (outcome.status === 'dropped') throw new Error(`An utterance was dropped: ${outcome.reason}`);
	}
}
