/** A repeatable stream of numbers in [0, 1). */
export type Prng = () => number;

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, ample for fault injection and ids. */
export function seededPrng(seed: number): Prng {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
