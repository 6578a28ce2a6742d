import type { EmotionResult, UnsureReason } from '../domain/index.ts';

/** The same result as one that gives no answer. Why it is unfit stands over that the model is undecided of it. */
export const abstained = (result: EmotionResult, reason: UnsureReason): EmotionResult =>
	result.unsureReason === undefined || result.unsureReason === 'low-confidence'
		? { ...result, label: 'unsure', unsureReason: reason }
		: result;
