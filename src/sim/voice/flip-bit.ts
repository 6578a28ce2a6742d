/** A copy of `bytes` in which one bit of the byte at `index` is wrong. */
export function flipBit(bytes: Buffer, index: number): Buffer {
	const changed = Buffer.from(bytes);
	changed[index] = (changed[index] ?? 0) ^ 1;
	return changed;
}
