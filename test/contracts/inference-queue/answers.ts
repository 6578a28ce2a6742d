import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { InferenceOutcome } from '../../../src/domain/index.ts';
import { POISON, utterance } from '../../inference/scripted-classifier.ts';
import { brief, isSettled, type SetUp } from './support.ts';

/** What becomes of what is submitted: one answer for each, in order, whatever goes wrong. */
export function testAnswers(setUp: SetUp): void {
	it('answers each utterance with the result of its own audio', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue } = await setUp(stack);
		const tags = Array.from({ length: 40 }, (_, tag) => tag);
		const outcomes = await Promise.all(
			tags.map((tag) => queue.submit(utterance(tag, { speakerId: `speaker ${tag % 7}` }))),
		);
		expect(outcomes.map(brief)).toEqual(tags.map((tag) => `classified ${tag}`));
		expect(queue.stats()).toMatchObject({ submitted: 40, classified: 40, depth: 0 });
	});

	it('sends what waits in batches, none larger than allowed', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack, { maxBatch: 4, maxBatchWaitMs: 200 });
		const release = classifier.hold(0);
		const first = queue.submit(utterance(0));
		await classifier.reached(0);
		const rest = Array.from({ length: 8 }, (_, index) => queue.submit(utterance(index + 1)));
		await delay(100);
		release();
		await Promise.all([first, ...rest]);
		expect(Math.max(...classifier.batches.map((batch) => batch.length))).toBe(4);
		expect(classifier.tags.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
	});

	it("keeps a speaker's results in the order of submission, and holds up no one else", async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack, { maxBatch: 1, concurrency: 3 });
		const release = classifier.hold(1);
		const order: number[] = [];
		const submit = (tag: number, speakerId: string) => {
			const answer = queue.submit(utterance(tag, { speakerId }));
			answer.then(() => order.push(tag));
			return answer;
		};
		const first = submit(1, 'a');
		await classifier.reached(1);
		const second = submit(2, 'a');
		const other = submit(3, 'b');
		expect(brief(await other)).toBe('classified 3');
		await classifier.reached(2);
		expect(await isSettled(second)).toBe(false);
		release();
		expect((await Promise.all([first, second])).map(brief)).toEqual(['classified 1', 'classified 2']);
		expect(order).toEqual([3, 1, 2]);
	});

	it('counts an id once, however often it is submitted', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack);
		const release = classifier.hold(5);
		const pending = [queue.submit(utterance(5)), queue.submit(utterance(5))];
		await classifier.reached(5);
		pending.push(queue.submit(utterance(5)));
		release();
		const outcomes = await Promise.all(pending);
		const later = await queue.submit(utterance(5));
		expect([...outcomes, later].map(brief)).toEqual(Array(4).fill('classified 5'));
		expect(classifier.tags).toEqual([5]);
		expect(queue.stats()).toMatchObject({ submitted: 1, duplicates: 3, classified: 1 });
	});

	it('waits for ever where a recording asks for it', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue } = await setUp(stack, { ttlMs: Number.POSITIVE_INFINITY, maxDepth: Number.POSITIVE_INFINITY });
		const outcomes = await Promise.all([1, 2, 3].map((tag) => queue.submit(utterance(tag))));
		expect(outcomes.map(brief)).toEqual(['classified 1', 'classified 2', 'classified 3']);
	});

	it('lets one bad utterance fail alone', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue } = await setUp(stack, { maxBatchWaitMs: 100 });
		const outcomes = await Promise.all([
			queue.submit(utterance(1)),
			queue.submit(utterance(POISON)),
			queue.submit(utterance(3)),
			queue.submit(utterance(4, { pcm: new Int16Array(0) })),
		]);
		expect(outcomes.map(brief)).toEqual(['classified 1', 'dropped failed', 'classified 3', 'dropped failed']);
		expect(outcomes[1]).toMatchObject({ reason: 'poison' });
	});

	it('drains what it has accepted, or says that it could not in time', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack);
		const release = classifier.hold(1);
		const answer = queue.submit(utterance(1));
		await classifier.reached(1);
		await expect(queue.drain(AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
		const drained = queue.drain();
		expect(await isSettled(drained)).toBe(false);
		release();
		await drained;
		expect(queue.depth).toBe(0);
		expect(brief(await answer)).toBe('classified 1');
	});

	it('answers everything as cancelled when it is closed, and from then on', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack, { maxBatch: 1 });
		const release = classifier.hold(1);
		const answers = [1, 2, 3].map((tag) => queue.submit(utterance(tag)));
		await classifier.reached(1);
		await queue[Symbol.asyncDispose]();
		expect((await Promise.all(answers)).map(brief)).toEqual(Array(3).fill('dropped cancelled'));
		expect(brief(await queue.submit(utterance(4)))).toBe('dropped cancelled');
		expect(queue.depth).toBe(0);
		release();
	});

	it('accounts for every utterance: results and drops add up', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack, { ttlMs: 400, maxDepth: 20 });
		const release = classifier.hold(7);
		const consent = new AbortController();
		const answers: Promise<InferenceOutcome>[] = [];
		for (let tag = 0; tag < 60; tag++) {
			const signal = tag % 5 === 0 ? { signal: consent.signal } : {};
			answers.push(queue.submit(utterance(tag === 30 ? POISON : tag, { speakerId: `speaker ${tag % 3}` }), signal));
			if (tag === 40) consent.abort();
			if (tag % 10 === 9) await delay(5);
		}
		const outcomes = await Promise.all(answers);
		release();
		const { submitted, classified, dropped, depth } = queue.stats();
		const drops = Object.values(dropped).reduce((sum, count) => sum + count, 0);
		expect(submitted).toBe(60);
		expect(classified + drops).toBe(60);
		expect(depth).toBe(0);
		expect(outcomes.filter(({ status }) => status === 'classified')).toHaveLength(classified);
	});
}
