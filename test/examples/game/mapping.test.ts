import { describe, expect, it } from 'vitest';
import { type Blend, blendOf, DRIVES, driveOf, EFFECTS, shift } from '../../../examples/game/mapping.ts';
import { MOODS } from '../../../examples/game/mood.ts';
import { compose, frequencyOf } from '../../../examples/game/pattern.ts';

const total = (blend: Blend): number => MOODS.reduce((sum, mood) => sum + blend[mood], 0);

describe('what a mood drives', () => {
	it('is what stands in the table once a mood is all there is', () => {
		for (const mood of MOODS) expect(driveOf(blendOf(mood))).toEqual(DRIVES[mood]);
	});

	it('eases when the room is tense, and speeds up when it is playful: never harder for anger', () => {
		const { tense, neutral, playful } = DRIVES;
		expect(tense.rocks).toBeLessThan(Math.min(...MOODS.filter((mood) => mood !== 'tense').map((m) => DRIVES[m].rocks)));
		expect([tense.speed < neutral.speed, neutral.speed < playful.speed]).toEqual([true, true]);
		expect([tense.tempo < neutral.tempo, neutral.tempo < playful.tempo]).toEqual([true, true]);
	});

	it('changes smoothly and by time alone, not by the number of frames', () => {
		let fine = blendOf('neutral');
		for (let frame = 0; frame < 240; frame++) fine = shift(fine, 'playful', 1 / 60);
		const coarse = shift(blendOf('neutral'), 'playful', 4);
		for (const mood of MOODS) expect(fine[mood]).toBeCloseTo(coarse[mood], 6);
		const first = shift(blendOf('neutral'), 'playful', 1 / 60);
		expect(Math.abs(driveOf(first).speed - DRIVES.neutral.speed)).toBeLessThan(0.005);
		expect(total(fine)).toBeCloseTo(1);
	});

	it('stays between its ends, whatever it was on the way', () => {
		let blend = blendOf('low');
		const speeds = MOODS.map((mood) => DRIVES[mood].speed);
		for (const mood of [...MOODS, ...MOODS.toReversed()]) {
			blend = shift(blend, mood, 0.7);
			expect(total(blend)).toBeCloseTo(1);
			expect(driveOf(blend).speed).toBeGreaterThanOrEqual(Math.min(...speeds));
			expect(driveOf(blend).speed).toBeLessThanOrEqual(Math.max(...speeds));
		}
	});

	it('is said in words for every mood', () => {
		for (const mood of MOODS) expect(Object.values(EFFECTS[mood]).every((text) => text.length > 3)).toBe(true);
	});
});

describe('the music', () => {
	const thirdOf = (mood: (typeof MOODS)[number]): number => {
		const [root = 0, third = 0] = compose(0, mood, 1, () => 0.5).chord;
		return third - root;
	};

	it('is in major where the room is well, and in minor where it is not', () => {
		expect([thirdOf('playful'), thirdOf('serene'), thirdOf('tense'), thirdOf('low')]).toEqual([4, 4, 3, 3]);
	});

	it('plays the more notes the busier it is, and always the first of a bar', () => {
		const notes = (busyness: number, random: number) => compose(1, 'neutral', busyness, () => random).notes;
		expect(notes(0.9, 0.5)).toHaveLength(8);
		expect(notes(0.2, 0.5).map(({ eighth }) => eighth)).toEqual([0]);
	});

	it('is tuned to a’ = 440 Hz, and within what can be heard well', () => {
		expect([frequencyOf(69), frequencyOf(81)]).toEqual([440, 880]);
		for (const mood of MOODS) {
			for (let bar = 0; bar < 4; bar++) {
				const { chord, notes } = compose(bar, mood, 1, () => 0.1);
				for (const key of [...chord, ...notes.map((note) => note.key)]) {
					expect(frequencyOf(key)).toBeGreaterThan(80);
					expect(frequencyOf(key)).toBeLessThan(2500);
				}
			}
		}
	});
});
