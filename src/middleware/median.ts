/** The middle one; of an even number the mean of the two in the middle. Of none it is not defined. */
export function median(values: readonly number[]): number {
	const ordered = values.toSorted((a, b) => a - b);
	const half = ordered.length >> 1;
	const upper = ordered[half] as number;
	return ordered.length % 2 === 1 ? upper : ((ordered[half - 1] as number) + upper) / 2;
}
