import { describe, expect, it } from 'vitest';
import { EMOTIONS, type InferenceOutcome, type InferenceQueue, type Utterance } from '../../src/domain/index.ts';
import { createInference } from '../../src/inference/index.ts';

const utterance = (id: string): Utterance => ({
	id,
	sessionId: 's',
	speakerId: 'a',
	startMs: 0,
	endMs: 1000,
	pcm: new Int16Array(16_000),
	quality: { durationMs: 1000, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 },
});

/** Does what the utterance's id says. */
class ObedientQueue implements InferenceQueue {
	readonly depth = 0;
	closed = false;

	async submit({ id }: Utterance): Promise<InferenceOutcome> {
		if (id.startsWith('reject')) throw new Error('no connection');
		if (id.startsWith('drop')) return { status: 'dropped', cause: 'expired', reason: 'too late' };
		const probabilities = Object.fromEntries(EMOTIONS.map((emotion) => [emotion, 1 / EMOTIONS.length])) as never;
		return { status: 'classified', classification: { model: 'obedient@1', probabilities } };
	}

	async drain() {}
	async [Symbol.asyncDispose]() {
		this.closed = true;
	}
}

describe('createInference with a queue of somebody else', () => {
	it('counts what becomes of utterances, loads no model, and leaves the queue open', async () => {
		const theirs = new ObedientQueue();
		const inference = await createInference({}, { queue: theirs });
		const outcomes = await Promise.all(
			['ok-1', 'drop-1', 'ok-2', 'reject-1'].map((id) => inference.queue.submit(utterance(id))),
		);
		expect(outcomes.map(({ status }) => status)).toEqual(['classified', 'dropped', 'classified', 'dropped']);
		expect(outcomes[3]).toEqual({ status: 'dropped', cause: 'failed', reason: 'no connection' });
		expect(inference.stats()).toMatchObject({
			submitted: 4,
			classified: 2,
			dropped: { cancelled: 0, expired: 1, full: 0, failed: 1 },
			depth: 0,
			workers: 0,
		});
		// What is unsure is told by the model that the queue is taken to serve.
		expect(inference.unsureBelow).toBeGreaterThan(0);
		await inference[Symbol.asyncDispose]();
		expect(theirs.closed).toBe(false);
	});
});
