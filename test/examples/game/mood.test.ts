import { describe, expect, it } from 'vitest';
import { type Mood, MoodMeter } from '../../../examples/game/mood.ts';
import { MoodReader, NEUTRAL, type Reading } from '../../../examples/game/reading.ts';
import { groupMood, heats, sessionEnds, sounds, withdraws } from '../feed-events.ts';

const MINUTE_MS = 60_000;

describe('how the room sounds', () => {
	it('is neutral while nobody is heard, and while too few are for nobody to be made out', () => {
		const reader = new MoodReader();
		expect(reader.read(0)).toEqual(NEUTRAL);
		for (const speaker of ['a', 'b']) reader.see(sounds(speaker, { valence: -0.9, arousal: 0.9 }), 0);
		expect(reader.read(0)).toEqual(NEUTRAL);
		reader.see(sounds('c', { valence: -0.9, arousal: 0.9 }), 0);
		expect(reader.read(0)).toEqual({ valence: -0.9, arousal: 0.9, heat: 0, source: 'voices' });
	});

	it('counts everyone the same, however much they talk', () => {
		const reader = new MoodReader();
		for (let turn = 0; turn < 8; turn++) reader.see(sounds('a', { valence: 0.9 }), turn);
		for (const speaker of ['b', 'c']) reader.see(sounds(speaker, { valence: 0 }), 8);
		expect(reader.read(9).valence).toBeCloseTo(0.3);
	});

	it('lets the last words of a voice count most, and passes over what is unsure', () => {
		const reader = new MoodReader();
		for (const speaker of ['a', 'b', 'c']) reader.see(sounds(speaker, { valence: -0.8 }), 0);
		for (const speaker of ['a', 'b', 'c']) reader.see(sounds(speaker, { valence: 0.4 }), 1000);
		for (const speaker of ['a', 'b', 'c']) reader.see(sounds(speaker, { valence: -1, label: 'unsure' }), 1000);
		const { valence } = reader.read(1000);
		expect(valence).toBeGreaterThan(-0.2);
		expect(valence).toBeLessThan(0.4);
	});

	it('takes the group’s mood where single voices are too few or not told', () => {
		const reader = new MoodReader();
		reader.see(groupMood({ valence: 0.3, arousal: -0.2 }), 0);
		reader.see(sounds('a', { valence: -1 }), 1);
		expect(reader.read(1)).toEqual({ valence: 0.3, arousal: -0.2, heat: 0, source: 'group' });
		reader.see(groupMood({ status: 'suppressed' }), 2);
		expect(reader.read(3 * MINUTE_MS)).toEqual(NEUTRAL);
	});

	it('forgets voices that have fallen silent, members who withdraw, and sessions that end', () => {
		const reader = new MoodReader();
		const all = (at: number): void => {
			for (const speaker of ['a', 'b', 'c']) reader.see(sounds(speaker, { valence: 0.5 }), at);
		};
		all(0);
		expect(reader.read(2 * MINUTE_MS).source).toBe('nobody');
		all(2 * MINUTE_MS);
		reader.see(withdraws('b'), 2 * MINUTE_MS);
		expect(reader.read(2 * MINUTE_MS).source).toBe('nobody');
		all(2 * MINUTE_MS);
		reader.see(sessionEnds(), 2 * MINUTE_MS);
		expect(reader.read(2 * MINUTE_MS)).toEqual(NEUTRAL);
	});

	it('keeps heat as it was told for a while, then lets it cool, and is about the room that was heard last', () => {
		const reader = new MoodReader();
		reader.see(heats(0.8), 0);
		expect(reader.read(10_000).heat).toBe(0.8);
		expect(reader.read(35_000).heat).toBeCloseTo(0.4);
		reader.see(heats(0.1, 'other'), 40_000);
		expect(reader.read(40_000).heat).toBe(0.1);
	});
});

describe('the name of a mood', () => {
	const voices = (valence: number, arousal: number, heat = 0): Reading => ({
		valence,
		arousal,
		heat,
		source: 'voices',
	});
	/** Goes on for so long, a reading every tenth of a second. */
	const hold = (meter: MoodMeter, reading: Reading, from: number, ms: number): Mood => {
		for (let now = from; now <= from + ms; now += 100) meter.update(reading, now);
		return meter.mood;
	};

	it.each([
		[voices(0, 0), 'neutral'],
		[voices(0.4, 0.4), 'playful'],
		[voices(0.3, -0.3), 'serene'],
		[voices(-0.4, 0.4), 'tense'],
		[voices(-0.3, -0.3), 'low'],
		[voices(0.4, 0.4, 0.7), 'tense'],
		[{ ...NEUTRAL, heat: 0.7 }, 'tense'],
		[NEUTRAL, 'neutral'],
	] as const)('follows the reading %#', (reading, mood) => {
		expect(hold(new MoodMeter(), reading, 0, 4000)).toBe(mood);
	});

	it('does not change for a moment', () => {
		const meter = new MoodMeter();
		expect(hold(meter, voices(-0.6, 0.6), 0, 2500)).toBe('neutral');
		expect(hold(meter, voices(0, 0), 2600, 500)).toBe('neutral');
		expect(hold(meter, voices(-0.6, 0.6), 3200, 2500)).toBe('neutral');
	});

	it('does not waver on the border between two', () => {
		const meter = new MoodMeter();
		hold(meter, voices(0.32, 0.3), 0, 4000);
		const seen = new Set<Mood>();
		for (let now = 4000; now < 60_000; now += 100) {
			// The place half way to neutral, and a little to either side of it.
			const wobble = 0.03 * Math.sin(now / 900);
			seen.add(meter.update(voices(0.16 + wobble, 0.15 + wobble), now));
		}
		expect([...seen]).toEqual(['playful']);
	});

	it('stays tense until heat is well below where it began', () => {
		const meter = new MoodMeter();
		expect(hold(meter, voices(0, 0, 0.5), 0, 4000)).toBe('neutral');
		expect(hold(meter, voices(0, 0, 0.6), 5000, 4000)).toBe('tense');
		expect(hold(meter, voices(0, 0, 0.45), 10_000, 9000)).toBe('tense');
		expect(hold(meter, voices(0, 0, 0.3), 20_000, 4000)).toBe('neutral');
	});
});
