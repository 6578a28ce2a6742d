/** Median and quartiles of what several rounds gave. */
export interface Spread {
	readonly median: number;
	/** First quartile. */
	readonly low: number;
	/** Third quartile. */
	readonly high: number;
}

/**
 * Quantile with linear interpolation between the closest ranks (type 7 of Hyndman and Fan 1996).
 *
 * @param share 0…1
 * @throws RangeError without values
 */
export function quantile(values: readonly number[], share: number): number {
	if (values.length === 0) throw new RangeError('A quantile needs at least one value.');
	const sorted = values.toSorted((a, b) => a - b);
	const rank = share * (sorted.length - 1);
	const below = sorted[Math.floor(rank)] as number;
	const above = sorted[Math.ceil(rank)] as number;
	return below + (above - below) * (rank - Math.floor(rank));
}

/** @throws RangeError without values */
export const spreadOf = (values: readonly number[]): Spread => ({
	median: quantile(values, 0.5),
	low: quantile(values, 0.25),
	high: quantile(values, 0.75),
});

/** What one round found, in milliseconds a unit. */
export interface Round {
	readonly oursMs: number;
	readonly referenceMs: number;
}

export interface RoundsSummary {
	readonly oursMs: Spread;
	readonly referenceMs: Spread;
	/** Ours through reference, of each round by itself: what slowed the machine in a round slowed both. */
	readonly ratio: Spread;
}

/** @throws RangeError when there are no rounds, or when a reference took no time at all */
export function summarise(rounds: readonly Round[]): RoundsSummary {
	if (rounds.some(({ referenceMs }) => !(referenceMs > 0))) {
		throw new RangeError('The reference is too fast for the clock: give it more units of work.');
	}
	return {
		oursMs: spreadOf(rounds.map(({ oursMs }) => oursMs)),
		referenceMs: spreadOf(rounds.map(({ referenceMs }) => referenceMs)),
		ratio: spreadOf(rounds.map(({ oursMs, referenceMs }) => oursMs / referenceMs)),
	};
}
