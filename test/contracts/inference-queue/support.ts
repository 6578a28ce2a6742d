import { setTimeout as delay } from 'node:timers/promises';
import type { InferenceOutcome } from '../../../src/domain/index.ts';
import type { ObservableQueue } from '../../../src/inference/index.ts';
import { ScriptedClassifier, tagOf } from '../../inference/scripted-classifier.ts';

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
export const brief = (outcome: InferenceOutcome): string =>
	outcome.status === 'classified' ? `classified ${tagOf(outcome.classification)}` : `dropped ${outcome.cause}`;

export const isSettled = (promise: Promise<unknown>): Promise<boolean> =>
	Promise.race([promise.then(() => true), delay(100, false)]);

/** Opens a queue of the adapter, with a classifier that does as it is told. */
export type SetUp = (
	stack: AsyncDisposableStack,
	settings?: Partial<QueueSettings>,
) => Promise<{ readonly classifier: ScriptedClassifier; readonly queue: ObservableQueue }>;

export const setUpWith =
	(open: OpenQueue): SetUp =>
	async (stack, settings = {}) => {
		const classifier = new ScriptedClassifier();
		const queue = await open(classifier, { ...DEFAULTS, ...settings }, stack);
		stack.use(classifier);
		return { classifier, queue };
	};
