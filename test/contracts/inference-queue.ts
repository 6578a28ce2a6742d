import { describe } from 'vitest';
import { testAnswers } from './inference-queue/answers.ts';
import { testCrowding } from './inference-queue/crowding.ts';
import { type OpenQueue, setUpWith } from './inference-queue/support.ts';
import { testWithdrawal } from './inference-queue/withdrawal.ts';

/** What every InferenceQueue keeps, whatever carries it. */
export function testInferenceQueue(name: string, open: OpenQueue): void {
	describe(`${name} as an InferenceQueue`, () => {
		const setUp = setUpWith(open);
		testAnswers(setUp);
		testWithdrawal(setUp);
		testCrowding(setUp);
	});
}
