/** A stretch of a stream, in milliseconds since it began. */
export interface Span {
	readonly startMs: number;
	readonly endMs: number;
}

/** What an endpointer made of a stream whose utterances are known. */
export interface EndpointingScore {
	/** Of what was said, in utterances: each was given by one span that is it by more than half. */
	readonly found: number;
	/** Spans that are nothing that was said, or too much or too little of it to be called that. */
	readonly wrong: number;
	/** How far from the truth the utterances that were found begin and end; positive is late. */
	readonly startsMs: readonly number[];
	readonly endsMs: readonly number[];
}

/** As is usual for finding things in time: what both have in common, through what either has (Jaccard 1912). */
const LEAST_COMMON_SHARE = 0.5;

function commonShare(one: Span, other: Span): number {
	const common = Math.min(one.endMs, other.endMs) - Math.max(one.startMs, other.startMs);
	const either = Math.max(one.endMs, other.endMs) - Math.min(one.startMs, other.startMs);
	return Math.max(0, common) / either;
}

/** @param truth utterances that do not overlap */
export function scoreEndpointing(truth: readonly Span[], spans: readonly Span[]): EndpointingScore {
	const startsMs: number[] = [];
	const endsMs: number[] = [];
	for (const said of truth) {
		// More than half in common: no other utterance can claim it, too, nor can it have another.
		const match = spans.find((span) => commonShare(said, span) > LEAST_COMMON_SHARE);
		if (!match) continue;
		startsMs.push(match.startMs - said.startMs);
		endsMs.push(match.endMs - said.endMs);
	}
	return { found: startsMs.length, wrong: spans.length - startsMs.length, startsMs, endsMs };
}
