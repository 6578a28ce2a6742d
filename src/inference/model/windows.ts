/** Neighbouring windows share at least this much of their length, so that no word is cut in all of them. */
const OVERLAP_SHARE = 0.25;

/**
 * Cuts a clip that is longer than the model takes into windows of equal length and spacing,
 * the first at its start and the last at its end. The windows are views; no sample is copied.
 */
export function cutWindows(clip: Int16Array, maxSamples: number): Int16Array[] {
	if (clip.length <= maxSamples) return [clip];
	const stride = maxSamples * (1 - OVERLAP_SHARE);
	const gaps = Math.ceil((clip.length - maxSamples) / stride);
	const windows: Int16Array[] = [];
	for (let index = 0; index <= gaps; index++) {
		const start = Math.round(((clip.length - maxSamples) * index) / gaps);
		windows.push(clip.subarray(start, start + maxSamples));
	}
	return windows;
}
