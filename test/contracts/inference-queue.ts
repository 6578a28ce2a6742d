import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { InferenceOutcome } from '../../src/domain/index.ts';
import type { ObservableQueue } from '../../src/inference/index.ts';
import { POISON, ScriptedClassifier, tagOf, utterance } from '../inference/scripted-classifier.ts';
import { collectGarbage } from '../support/gc.ts';

export interface QueueSettings {
	readonly ttlMs: number;
	readonly maxDepth: number;
	readonly maxBatch: number;
	readonly maxBatchWaitMs: number;
	readonly concurrency: number;
}

/** Opens a queue whose workers use `classifier`; both are closed with the stack. */
export type OpenQueue = (
	classifier: ScriptedClassifier,
	settings: QueueSettings,
	stack: AsyncDisposableStack,
) => Promise<ObservableQueue>;

const DEFAULTS: QueueSettings = { ttlMs: 10_000, maxDepth: 100, maxBatch: 4, maxBatchWaitMs: 2, concurrency: 1 };

/** `classified 7`, `dropped expired`: what an outcome says, without its wording. */
const brief = (outcome: InferenceOutcome): string =>
	outcome.status === 'classified' ? `classified ${tagOf(outcome.classification)}` : `dropped ${outcome.cause}`;

const isSettled = (promise: Promise<unknown>): Promise<boolean> =>
	Promise.race([promise.then(() => true), delay(100, false)]);

/** What every InferenceQueue keeps, whatever carries it. */
export function testInferenceQueue(name: string, open: OpenQueue): void {
	async function setUp(stack: AsyncDisposableStack, settings: Partial<QueueSettings> = {}) {
		const classifier = new ScriptedClassifier();
		const queue = await open(classifier, { ...DEFAULTS, ...settings }, stack);
		stack.use(classifier);
		return { classifier, queue };
	}

	describe(`${name} as an InferenceQueue`, () => {
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

		it('waits for ever where a recording asks for it', async () => {
			await using stack = new AsyncDisposableStack();
			const { queue } = await setUp(stack, { ttlMs: Number.POSITIVE_INFINITY, maxDepth: Number.POSITIVE_INFINITY });
			const outcomes = await Promise.all([1, 2, 3].map((tag) => queue.submit(utterance(tag))));
			expect(outcomes.map(brief)).toEqual(['classified 1', 'classified 2', 'classified 3']);
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
			expect((await Promise.all(answers)).map(brief)).toEqual(
				[1, 2, 3, 4, 6, 7, 8, 9].map((tag) => `classified ${tag}`),
			);
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
	});
}
