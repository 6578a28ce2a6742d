export interface GroupLimits {
	/** Rows in one run of the graph. */
	readonly maxRows: number;
	/** A row that would be padded by more than this goes into another run. */
	readonly maxPadding: number;
}

/**
 * Puts clips of similar length together: rows of one run are padded to the longest, and padding
 * costs as much arithmetic as speech.
 *
 * @param lengths samples of each clip
 * @returns indices into `lengths`; each occurs once, longest first
 */
export function groupByLength(lengths: readonly number[], { maxRows, maxPadding }: GroupLimits): number[][] {
	const order = lengths.map((length, index) => ({ length, index })).sort((a, b) => b.length - a.length);
	const groups: number[][] = [];
	let group: number[] = [];
	let longest = 0;
	for (const { length, index } of order) {
		if (group.length === 0 || group.length === maxRows || longest - length > maxPadding) {
			group = [];
			groups.push(group);
			longest = length;
		}
		group.push(index);
	}
	return groups;
}
