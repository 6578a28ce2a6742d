import type { Classification, Priority, Utterance } from '../../domain/index.ts';

/** An accepted utterance on its way to its one answer. */
export interface Ticket {
	/** The utterance's id: the idempotency key. */
	readonly id: string;
	/** Whose order it keeps: one speaker in one session, whose parts nothing waits for. */
	readonly lane: string;
	readonly pcm: Int16Array;
	/** As of the {@link SubmitOptions}. */
	readonly traceparent?: string;
	readonly priority: Priority;
	/** On the monotonic clock (`performance.now()`), which no one can set back. */
	readonly deadline: number;
	/** From here on (half of its time) what the same speaker said later comes first; on the same clock. */
	readonly staleAt: number;
	/** Aborts when the answer is given: whatever still works on this utterance may stop. */
	readonly answered: AbortSignal;
	/** Set while the result waits for the speaker's earlier utterances. */
	result: Classification | undefined;
}

/** Ids hold no separator that is safe to join with, so they are encoded. Parts have a lane of their own. */
export const laneOf = ({ sessionId, speakerId }: Utterance, priority: Priority): string =>
	JSON.stringify(priority === 'partial' ? [sessionId, speakerId, priority] : [sessionId, speakerId]);
