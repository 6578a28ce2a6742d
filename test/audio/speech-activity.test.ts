import { describe, expect, it } from 'vitest';
import { coveredMs, SpeechActivity } from '../../src/audio/index.ts';

function activity(...stretches: readonly (readonly [startMs: number, endMs: number])[]): SpeechActivity {
	const found = new SpeechActivity();
	for (const [startMs, endMs] of stretches) for (let at = startMs; at < endMs; at += 20) found.add(at);
	return found;
}

describe('SpeechActivity', () => {
	it('joins syllables and keeps pauses apart', () => {
		const found = activity([1000, 1300], [1400, 1800], [2500, 3000]);
		expect(found.between(0, 10_000)).toEqual([
			{ startMs: 1000, endMs: 1800 },
			{ startMs: 2500, endMs: 3000 },
		]);
	});

	it('cuts what it is asked for to the times that it is asked for', () => {
		const found = activity([1000, 2000]);
		expect(found.between(1500, 1600)).toEqual([{ startMs: 1500, endMs: 1600 }]);
		expect(found.between(2000, 3000)).toEqual([]);
	});

	it('takes no click for speech', () => {
		expect(activity([1000, 1100], [3000, 3400]).between(0, 5000)).toEqual([{ startMs: 3000, endMs: 3400 }]);
		expect(activity([1000, 1100]).between(0, 5000)).toEqual([]);
	});

	it('remembers a bounded number of stretches', () => {
		const found = new SpeechActivity();
		for (let stretch = 0; stretch < 500; stretch++) {
			for (let at = 0; at < 300; at += 20) found.add(stretch * 1000 + at);
		}
		const all = found.between(0, 1_000_000);
		expect(all.length).toBe(64);
		expect(all.at(-1)).toEqual({ startMs: 499_000, endMs: 499_300 });
	});
});

describe('coveredMs', () => {
	it('counts what several cover once', () => {
		expect(
			coveredMs([
				{ startMs: 500, endMs: 900 },
				{ startMs: 0, endMs: 600 },
				{ startMs: 100, endMs: 200 },
				{ startMs: 2000, endMs: 2100 },
			]),
		).toBe(1000);
	});
});
