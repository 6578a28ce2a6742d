import { type Priority, SAMPLE_RATE_HZ } from '../../domain/index.ts';

/** From this share of its depth on, a queue takes no partial results any more. */
const NO_PARTIALS_FROM = 0.5;
/** From this share on, long utterances are cut. */
const THIN_FROM = 0.75;
/** What is left of them: about as much as the model looks at in one go. */
export const THINNED_SAMPLES = 6 * SAMPLE_RATE_HZ;

export type Admission = 'whole' | 'thinned' | 'refused';

/**
 * What is done with a newcomer when `depth` of `maxDepth` are under way. What costs the least to miss
 * goes first, so that it takes the longer until someone is not heard at all.
 */
export function admit(depth: number, maxDepth: number, samples: number, priority: Priority): Admission {
	if (priority === 'partial' && depth >= maxDepth * NO_PARTIALS_FROM) return 'refused';
	const isLong = priority !== 'raised' && samples > THINNED_SAMPLES;
	return isLong && depth >= maxDepth * THIN_FROM ? 'thinned' : 'whole';
}
