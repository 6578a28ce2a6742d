import { EmbeddedQueue } from '../../src/inference/index.ts';
import { testInferenceQueue } from '../contracts/inference-queue.ts';

testInferenceQueue('EmbeddedQueue', async (classifier, settings, stack) =>
	stack.use(new EmbeddedQueue(classifier, settings)),
);
