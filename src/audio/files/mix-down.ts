/** @param planes one array a channel, all of one length. @returns their mean */
export function mixDown(planes: readonly Int16Array[]): Int16Array {
	const first = planes[0] as Int16Array;
	if (planes.length === 1) return first;
	return first.map((_, index) => {
		let sum = 0;
		for (const plane of planes) sum += plane[index] as number;
		return Math.round(sum / planes.length);
	});
}
