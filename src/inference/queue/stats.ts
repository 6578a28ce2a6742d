import type { DropCause, InferenceQueue } from '../../domain/index.ts';

/** Counts since the queue was opened; `submitted = classified + Σ dropped + depth` always holds. */
export interface QueueStats {
	/** Accepted and not yet answered. */
	readonly depth: number;
	readonly submitted: number;
	/** Submissions of an id that was there already; they are not counted again. */
	readonly duplicates: number;
	readonly classified: number;
	/** Long ones of which only the end was classified, because the queue was filling. */
	readonly thinned: number;
	readonly dropped: Readonly<Record<DropCause, number>>;
}

export interface ObservableQueue extends InferenceQueue {
	stats(): QueueStats;
}
