import type { UtteranceEvent } from '../../src/domain/index.ts';
import { quantile } from '../harness/statistics.ts';

/** A stretch of speech, in milliseconds of one clock. */
interface Stretch {
	readonly startMs: number;
	readonly endMs: number;
}

/** What somebody said. */
export interface Speech extends Stretch {
	readonly speakerId: string;
}

/** What became of one utterance. */
export interface Match<S extends Speech> {
	readonly said: S;
	/** How much later than it was its boundaries were heard; absent when it was not heard at all. */
	readonly errors?: Stretch;
}

/** Boundaries that are off by more were not recovered. */
export const TOLERANCE_MS = 100;
/** The least share of what was said that must lie in what was heard for the one to be the other. */
const LEAST_OVERLAP = 0.5;
/** An utterance is told of this soon after its end: enough to know which one it is. */
const TOLD_WITHIN_MS = 2000;

export const isRecovered = ({ errors }: Match<Speech>): boolean =>
	errors !== undefined && Math.abs(errors.startMs) <= TOLERANCE_MS && Math.abs(errors.endMs) <= TOLERANCE_MS;

/** Finds what was said among what was heard. */
export function match<S extends Speech>(
	said: readonly S[],
	heard: readonly UtteranceEvent[],
	zeros: ReadonlyMap<string, number>,
): Match<S>[] {
	const bySpeaker = Map.groupBy(heard, ({ speakerId }) => speakerId);
	return said.map((each) => {
		const [best] = (bySpeaker.get(each.speakerId) ?? [])
			.map((event) => placed(event, zeros))
			.toSorted((one, other) => overlapMs(each, other) - overlapMs(each, one));
		if (!best || overlapMs(each, best) < LEAST_OVERLAP * (each.endMs - each.startMs)) return { said: each };
		return { said: each, errors: { startMs: best.startMs - each.startMs, endMs: best.endMs - each.endMs } };
	});
}

/** An utterance by the clock that it was said by. Without a zero, it ended when it was told of. */
export function placed({ sessionId, at, startMs, endMs }: UtteranceEvent, zeros: ReadonlyMap<string, number>): Stretch {
	const zero = zeros.get(sessionId) ?? at - endMs;
	return { startMs: startMs + zero, endMs: endMs + zero };
}

/**
 * When each session began, by the clock of what was said. The bot counts from there and does not tell when
 * that was, so it is what makes the beginnings agree in the middle; ends are measured from the same zero.
 */
export function zerosOf(said: readonly Speech[], heard: readonly UtteranceEvent[]): Map<string, number> {
	const bySpeaker = Map.groupBy(said, ({ speakerId }) => speakerId);
	const zeros = new Map<string, number>();
	for (const [sessionId, utterances] of Map.groupBy(heard, (each) => each.sessionId)) {
		const guesses = utterances.flatMap(({ speakerId, at, startMs }) => {
			const near = (bySpeaker.get(speakerId) ?? []).filter(({ endMs }) => endMs < at && at - endMs < TOLD_WITHIN_MS);
			return near.length === 1 ? [(near[0] as Speech).startMs - startMs] : [];
		});
		if (guesses.length > 0) zeros.set(sessionId, quantile(guesses, 0.5));
	}
	return zeros;
}

const overlapMs = (one: Stretch, other: Stretch): number =>
	Math.min(one.endMs, other.endMs) - Math.max(one.startMs, other.startMs);
