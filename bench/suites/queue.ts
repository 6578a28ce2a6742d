import type { Comparison, Suite } from '../harness/index.ts';
import { speechClips } from '../support/speech.ts';
import { embeddedQueueComparisons } from './queue/embedded.ts';
import { redisQueueComparisons } from './queue/redis.ts';
import { startRedisIfFound } from './queue/start-redis.ts';
import { workerComparisons } from './queue/workers.ts';

/** What the queue adds to the classifier, in this process and through Redis. */
export const queue: Suite = {
	name: 'queue',
	about: 'an utterance through the embedded queue and through Redis, beside direct calls and bare BullMQ',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const [pcm] = await speechClips(1, 3);
		if (!pcm) throw new Error('There is no speech to queue.');
		const burst = scale === 'full' ? 64 : 8;
		const comparisons: Comparison[] = embeddedQueueComparisons(pcm, burst, stack);
		const redis = await startRedisIfFound();
		if (redis) {
			const { url } = stack.use(redis);
			comparisons.push(...(await redisQueueComparisons(url, pcm, burst, stack)));
			comparisons.push(...(await workerComparisons(url, pcm, burst, stack)));
		}
		const running = stack.move();
		return {
			comparisons,
			skipped: redis ? [] : [{ what: 'queue/redis-…', reason: 'redis-server is not on PATH' }],
			[Symbol.asyncDispose]: () => running.disposeAsync(),
		};
	},
};
