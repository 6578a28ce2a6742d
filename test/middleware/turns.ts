import type { Turn } from '../../src/middleware/index.ts';

/** Turn number `index` of an argument, a millisecond each. */
export const turnOf = (index: number, more: Partial<Turn> = {}): Turn => ({
	at: index,
	speakerId: `m${index % 2}`,
	anger: 0.8,
	joy: 0,
	valence: -0.5,
	durationMs: 2000,
	overlap: 0,
	count: 1,
	sure: true,
	...more,
});

/** What a session is used to, in which nobody laughs. */
export const USUAL = { usualAnger: 0.1, usualOverlap: 0.1, laughs: [] };
