import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { utterance } from '../../inference/scripted-classifier.ts';
import { collectGarbage } from '../../support/gc.ts';
import { brief, type SetUp } from './support.ts';

/** What is withdrawn is heard by nobody, and kept by nobody. */
export function testWithdrawal(setUp: SetUp): void {
	it('withdraws an utterance that waits: at once, and no worker ever hears it', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack, { maxBatch: 1 });
		const release = [1, 2].map((tag) => classifier.hold(tag));
		const before = [queue.submit(utterance(1)), queue.submit(utterance(2))];
		await classifier.reached(1);
		const consent = new AbortController();
		const waiting = [3, 4].map((tag) => queue.submit(utterance(tag), { signal: consent.signal }));
		await delay(50);
		consent.abort();
		expect((await Promise.all(waiting)).map(brief)).toEqual(['dropped cancelled', 'dropped cancelled']);
		for (const let_go of release) let_go();
		await Promise.all(before);
		await delay(100);
		expect(classifier.tags).toEqual([1, 2]);
		expect(queue.stats().dropped.cancelled).toBe(2);
	});

	it('withdraws an utterance that is in a batch: its result is not wanted any more', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack);
		const release = classifier.hold(1);
		const consent = new AbortController();
		const answer = queue.submit(utterance(1), { signal: consent.signal });
		await classifier.reached(1);
		consent.abort();
		expect(brief(await answer)).toBe('dropped cancelled');
		release();
		await delay(50);
		expect(brief(await queue.submit(utterance(1)))).toBe('dropped cancelled');
		expect(queue.stats()).toMatchObject({ submitted: 1, classified: 0, depth: 0 });
	});

	it('obeys a signal that has aborted before, and that of a second submission', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack);
		const early = await queue.submit(utterance(1), { signal: AbortSignal.abort() });
		expect(brief(early)).toBe('dropped cancelled');
		const release = classifier.hold(2);
		const first = queue.submit(utterance(2));
		await classifier.reached(2);
		const second = queue.submit(utterance(2), { signal: AbortSignal.abort() });
		expect((await Promise.all([first, second])).map(brief)).toEqual(['dropped cancelled', 'dropped cancelled']);
		release();
		expect(classifier.tags).toEqual([2]);
	});

	it('lets go of the audio with the answer, however long its signal lives on', async () => {
		await using stack = new AsyncDisposableStack();
		const { queue } = await setUp(stack);
		// As long as a member stays, say.
		const { signal } = new AbortController();
		const submit = async (tag: number): Promise<WeakRef<Int16Array>> => {
			const spoken = utterance(tag);
			await queue.submit(spoken, { signal });
			return new WeakRef(spoken.pcm);
		};
		const audio: WeakRef<Int16Array>[] = [];
		for (let tag = 0; tag < 20; tag++) audio.push(await submit(tag));
		await collectGarbage();
		// The last one may still stand in some register.
		expect(audio.slice(0, -2).filter((each) => each.deref() !== undefined)).toEqual([]);
		expect(signal.aborted).toBe(false);
	});
}
