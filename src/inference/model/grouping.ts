export interface GroupLimits {
	/** Rows in one run of the graph. */
	readonly maxRows: number;
	/** A group is closed when more than this share of its samples would be padding. */
	readonly maxPaddingShare: number;
}

/**
 * Puts clips of similar length together: rows of one run are padded to the longest, and padding
 * costs as much arithmetic as speech.
 *
 * @param lengths samples of each clip
 * @returns indices into `lengths`; each occurs once, longest first
 */
export function groupByLength(lengths: readonly number[], { maxRows, maxPaddingShare }: GroupLimits): number[][] {
	const order = lengths.map((_, index) => index).sort((a, b) => (lengths[b] as number) - (lengths[a] as number));
	const groups: number[][] = [];
	let group: number[] = [];
	let valid = 0;
	for (const index of order) {
		const longest = lengths[group[0] ?? index] as number;
		const length = lengths[index] as number;
		const padded = longest * (group.length + 1);
		if (group.length > 0 && (group.length === maxRows || 1 - (valid + length) / padded > maxPaddingShare)) {
			groups.push(group);
			group = [];
			valid = 0;
		}
		group.push(index);
		valid += length;
	}
	if (group.length > 0) groups.push(group);
	return groups;
}
