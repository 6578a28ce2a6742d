import type { EmotionResult } from '../domain/index.ts';
import { abstained } from './abstain.ts';

/** From this share on, others' voices may be all that is heard; whose they are takes a whole utterance to tell. */
const MOST_OVERLAP = 0.5;

/**
 * What may be told of somebody who is still speaking. The gates of whole utterances learn from what passes them, so
 * a part must not; it abstains where they might.
 */
export function firstImpression(result: EmotionResult): EmotionResult {
	if (result.dominantSound) return abstained(result, 'not-speech');
	const { overlapMs = 0, startMs, endMs } = result;
	return overlapMs > MOST_OVERLAP * (endMs - startMs) ? abstained(result, 'overlapped') : result;
}
