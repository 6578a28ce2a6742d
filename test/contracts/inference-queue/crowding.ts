import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { utterance } from '../../inference/scripted-classifier.ts';
import { brief, type SetUp } from './support.ts';

/** Who waits, who goes first and who is dropped when there is more than can be done. */
export function testCrowding(setUp: SetUp): void {
	it('lets nothing wait longer than its time to live', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack, { ttlMs: 300, maxBatch: 1 });
		const release = classifier.hold(1);
		const startedAt = performance.now();
		const answers = [1, 2, 3].map((tag) => queue.submit(utterance(tag)));
		expect((await Promise.all(answers)).map(brief)).toEqual(Array(3).fill('dropped expired'));
		const waitedMs = performance.now() - startedAt;
		expect(waitedMs).toBeGreaterThanOrEqual(295);
		expect(waitedMs).toBeLessThan(1_000);
		release();
		await delay(50);
		expect(queue.stats()).toMatchObject({ depth: 0, classified: 0, dropped: { expired: 3 } });
		expect(brief(await queue.submit(utterance(4)))).toBe('classified 4');
	});

	it('never holds more than its depth: the oldest that no worker has taken is dropped and counted', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack, { maxDepth: 6, maxBatch: 1 });
		const release = classifier.hold(1);
		const answers = [queue.submit(utterance(1))];
		await classifier.reached(1);
		for (let tag = 2; tag <= 12; tag++) {
			answers.push(queue.submit(utterance(tag)));
			await delay(10);
		}
		await delay(50);
		expect(queue.depth).toBe(6);
		release();
		const outcomes = (await Promise.all(answers)).map(brief);
		expect(outcomes.filter((outcome) => outcome === 'dropped full')).toHaveLength(6);
		// What was in work stays in work, and the newest are the ones that are still of use.
		expect(outcomes[0]).toBe('classified 1');
		expect(outcomes.slice(-3)).toEqual(['classified 10', 'classified 11', 'classified 12']);
		expect(queue.stats()).toMatchObject({ submitted: 12, classified: 6, depth: 0, dropped: { full: 6 } });
	});

	it('takes the room of whoever speaks the most, and never what was said where heat has risen', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack, { maxDepth: 6, maxBatch: 1 });
		const release = classifier.hold(1);
		const answers = [queue.submit(utterance(1))];
		await classifier.reached(1);
		answers.push(queue.submit(utterance(2, { speakerId: 'heated' }), { priority: 'raised' }));
		answers.push(queue.submit(utterance(3, { speakerId: 'seldom' })));
		for (let tag = 4; tag <= 12; tag++) {
			answers.push(queue.submit(utterance(tag, { speakerId: 'often' })));
			await delay(10);
		}
		await delay(50);
		release();
		const outcomes = (await Promise.all(answers)).map(brief);
		expect(outcomes.slice(0, 3)).toEqual(['classified 1', 'classified 2', 'classified 3']);
		// Of the one who spoke often the newest are left.
		expect(outcomes.slice(-3)).toEqual(['classified 10', 'classified 11', 'classified 12']);
		expect(queue.stats()).toMatchObject({ submitted: 12, depth: 0, dropped: { full: 6 } });
	});

	it('serves what was said where heat has risen before all else', async () => {
		await using stack = new AsyncDisposableStack();
		// More than any adapter takes ahead of the classifier.
		const { classifier, queue } = await setUp(stack, { maxBatch: 1 });
		const releases = [1, 2].map((tag) => classifier.hold(tag));
		const answers = [1, 2].map((tag) => queue.submit(utterance(tag)));
		await classifier.reached(1);
		answers.push(...[3, 4, 5, 6, 7].map((tag) => queue.submit(utterance(tag))));
		await delay(100);
		answers.push(queue.submit(utterance(8), { priority: 'raised' }));
		await delay(100);
		for (const release of releases) release();
		await Promise.all(answers);
		expect(classifier.tags.indexOf(8)).toBeLessThan(classifier.tags.indexOf(4));
	});

	it('refuses parts and cuts long utterances when it fills, before it drops anyone', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack, { maxDepth: 8, maxBatch: 1 });
		const long = (tag: number) => utterance(tag, { pcm: new Int16Array(160_000).fill(tag) });
		const release = classifier.hold(1);
		const answers = [queue.submit(utterance(1)), queue.submit(utterance(2), { priority: 'partial' })];
		await classifier.reached(1);
		answers.push(queue.submit(utterance(3)), queue.submit(utterance(4)));
		const refused = await queue.submit(utterance(5), { priority: 'partial' });
		answers.push(queue.submit(long(6)), queue.submit(utterance(7)), queue.submit(long(8)));
		answers.push(queue.submit(long(9), { priority: 'raised' }));
		release();
		expect(brief(refused)).toBe('dropped full');
		expect((await Promise.all(answers)).map(brief)).toEqual([1, 2, 3, 4, 6, 7, 8, 9].map((tag) => `classified ${tag}`));
		expect([6, 8, 9].map((tag) => classifier.samplesOf(tag))).toEqual([160_000, 96_000, 160_000]);
		expect(queue.stats()).toMatchObject({ thinned: 1, classified: 8, dropped: { full: 1 } });
	});

	it('serves a part after all wholes, and lets no whole of the speaker wait for it', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack, { maxBatch: 1, concurrency: 2 });
		const speakerId = 'somebody';
		const releases = [1, 2].map((tag) => classifier.hold(tag));
		const part = queue.submit(utterance(1, { speakerId, id: 'whole/1' }), { priority: 'partial' });
		const other = queue.submit(utterance(2));
		await Promise.all([classifier.reached(1), classifier.reached(2)]);
		const later = queue.submit(utterance(3), { priority: 'partial' });
		await delay(100);
		const whole = queue.submit(utterance(4, { speakerId, id: 'whole' }));
		await delay(100);
		releases[1]?.();
		// While the part is still with a worker.
		expect(brief(await whole)).toBe('classified 4');
		releases[0]?.();
		expect((await Promise.all([part, other, later])).map(brief)).toEqual([1, 2, 3].map((tag) => `classified ${tag}`));
		expect(classifier.tags.indexOf(3)).toBeGreaterThan(classifier.tags.indexOf(4));
	});

	it('gives the newest of a speaker when the earlier ones have waited too long', async () => {
		await using stack = new AsyncDisposableStack();
		const { classifier, queue } = await setUp(stack, { ttlMs: 2_000, maxBatch: 1, concurrency: 2 });
		const release = classifier.hold(1);
		const early = queue.submit(utterance(1, { speakerId: 'a' }));
		await classifier.reached(1);
		await delay(1_100);
		const late = queue.submit(utterance(2, { speakerId: 'a' }));
		expect((await Promise.all([early, late])).map(brief)).toEqual(['dropped expired', 'classified 2']);
		release();
		expect(queue.stats()).toMatchObject({ submitted: 2, classified: 1, depth: 0, dropped: { expired: 1 } });
	});
}
