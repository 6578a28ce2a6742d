import { z } from 'zod';

export const reorderOptions = z
	.strictObject({
		depth: z
			.int()
			.min(1)
			.max(50)
			.default(5)
			.describe('Packets that may wait behind a gap before it counts as lost, on a link that keeps its order.'),
		maxWaitMs: z
			.number()
			.min(0)
			.max(1000)
			.default(100)
			.describe('How long they may wait there, for a gap that little comes after.'),
		adaptiveWaitMs: z
			.number()
			.min(0)
			.max(1000)
			.default(400)
			.describe('How long they may wait at most on a link that has delivered packets that far out of order.'),
	})
	.refine(({ maxWaitMs, adaptiveWaitMs }) => adaptiveWaitMs >= maxWaitMs, {
		path: ['adaptiveWaitMs'],
		message: 'must be at least maxWaitMs',
	});
export type ReorderOptions = z.infer<typeof reorderOptions>;
