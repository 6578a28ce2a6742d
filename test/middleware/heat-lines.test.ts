import { describe, expect, it } from 'vitest';
import type { ReasonCode } from '../../src/domain/index.ts';
import { type Conversation, scoreHeat, type Turn } from '../../src/middleware/index.ts';
import { turnOf, USUAL } from './turns.ts';

/** Now; all turns end at this moment unless they say otherwise, so that none has lost of its weight. */
const NOW = 100_000;
type Line = Partial<Turn>;

const turns = (...lines: readonly Line[]): Turn[] => lines.map((line, index) => turnOf(index, { at: NOW, ...line }));
const times = (count: number, line: Line = {}): Line[] => Array.from({ length: count }, () => line);
const scored = (lines: readonly Line[], more: Partial<Conversation> = {}) =>
	scoreHeat({ ...USUAL, ...more, turns: turns(...lines) }, NOW);
/** What a line of the score is worth, 0 where it is not there. */
const points = (code: ReasonCode, lines: readonly Line[], more: Partial<Conversation> = {}): number =>
	scored(lines, more).reasons.find((reason) => reason.code === code)?.points ?? 0;
const text = (code: ReasonCode, lines: readonly Line[], more: Partial<Conversation> = {}): string | undefined =>
	scored(lines, more).reasons.find((reason) => reason.code === code)?.text;

const CALM: Line = { anger: 0.05, valence: 0.1 };
const UNDECIDED: Line = { ...CALM, sure: false };

describe('sustained anger', () => {
	const sustained = (lines: readonly Line[]): number => points('sustained-anger', lines);

	it('is worth 0.45 from three angry turns in a row on, and in proportion before', () => {
		const inARow = [8000, 4000, 0].map((ago) => ({ at: NOW - ago }));
		expect(sustained(inARow)).toBe(0.45);
		expect(sustained(times(3))).toBe(0.45);
		expect(sustained(times(9))).toBe(0.45);
		expect(sustained(times(2))).toBe(0.41);
		expect(sustained(times(1))).toBe(0.2);
		expect(sustained([CALM])).toBe(0);
		expect(text('sustained-anger', [...times(3), CALM])).toBe('3 of 4 turns sounded angry');
	});

	it('is worth all of it where it is two thirds of the talk, less where it is less', () => {
		expect(sustained([...times(4), ...times(2, CALM)])).toBe(0.45);
		expect(sustained([...times(3), ...times(3, CALM)])).toBe(0.34);
		expect(sustained([...times(3), ...times(6, CALM)])).toBe(0.23);
	});

	it('counts what the model is undecided of as half as much talk, and as no anger', () => {
		expect(sustained([...times(3), ...times(3, UNDECIDED)])).toBe(0.45);
		expect(sustained([...times(3), ...times(6, UNDECIDED)])).toBe(0.34);
		expect(sustained(times(3, { sure: false }))).toBe(0);
	});

	it('counts a turn half after 20 s, and what is to come as what is there', () => {
		expect(sustained([{ at: NOW - 20_000 }])).toBe(0.1);
		expect(sustained([{ at: NOW - 40_000 }])).toBe(0.05);
		expect(sustained([{ at: NOW + 20_000 }])).toBe(0.2);
	});

	it('counts parts of a turn as parts, and several as several', () => {
		expect(sustained([{ count: 0.5 }])).toBe(0.1);
		expect(sustained([{ count: 3 }])).toBe(0.45);
	});

	it('is told by a probability of 0.65 in full, by 0.5 half, by less not at all', () => {
		expect(sustained(times(3, { anger: 0.65 }))).toBe(0.45);
		expect(sustained(times(3, { anger: 0.5 }))).toBe(0.23);
		expect(sustained(times(3, { anger: 0.49 }))).toBe(0);
	});
});

describe('negative valence', () => {
	const negative = (...lines: readonly Line[]): number => points('negative-valence', lines);

	it('is worth 0.05 at −0.2 and 0.20 from −0.5 on', () => {
		expect(negative(...times(2, { valence: -0.2 }))).toBe(0.05);
		expect(negative(...times(2, { valence: -0.3 }))).toBe(0.1);
		expect(negative(...times(2, { valence: -0.5 }))).toBe(0.2);
		expect(negative(...times(2, { valence: -1 }))).toBe(0.2);
		expect(negative(...times(2, { valence: -0.19 }))).toBe(0);
		expect(text('negative-valence', times(2, { valence: -0.256 }))).toBe('valence is −0.26');
	});

	it('takes two angry turns', () => {
		expect(negative({ valence: -0.5 }, { ...CALM, valence: -0.5 })).toBe(0);
		expect(negative({ valence: -0.5, count: 2 })).toBe(0.2);
	});

	it('is the mean of the last six turns, longer ones counting for more', () => {
		expect(negative(...times(3, { valence: 1 }), ...times(6, { valence: -0.5 }))).toBe(0.2);
		expect(negative(...times(1, { valence: 1 }), ...times(5, { valence: -0.5 }))).toBe(0.08);
		// −0.3 on average of 4 s, against 0 on average of the turns.
		expect(negative({ valence: -0.6, durationMs: 3000 }, { valence: 0.6, durationMs: 1000 })).toBe(0.1);
	});
});

describe('a rise of anger', () => {
	const rise = (lines: readonly Line[], usualAnger = 0.1): number => points('rising-trend', lines, { usualAnger });

	it('is worth 0.20 from 0.4 above the usual on, and in proportion below', () => {
		expect(rise(times(3, { anger: 0.5 }))).toBe(0.2);
		expect(rise(times(3, { anger: 0.5 }), 0.3)).toBe(0.1);
		expect(rise(times(3, { anger: 0.9 }))).toBe(0.2);
		expect(text('rising-trend', times(3, { anger: 0.5 }), { usualAnger: 0.3 })).toBe(
			"anger is 20 points above this session's usual",
		);
	});

	it('is that of the last three turns', () => {
		expect(rise([...times(3, CALM), ...times(3, { anger: 0.5 })])).toBe(0.2);
		expect(rise([...times(3, { anger: 0.5 }), ...times(3, { anger: 0.1 })])).toBe(0);
	});

	it('takes no more than 0.4 for usual', () => {
		expect(rise(times(3, { anger: 0.6 }), 0.4)).toBe(0.1);
		expect(rise(times(3, { anger: 0.6 }), 0.9)).toBe(0.1);
	});
});

describe('who carries it', () => {
	const by = (speakerId: string, more: Line = {}): Line => ({ speakerId, ...more });

	it('is several who are worth 0.15, if a second has a fifth of the anger', () => {
		const several = (lines: readonly Line[]): number => points('several-speakers', lines);
		expect(several([...times(4, by('a')), by('b')])).toBe(0.15);
		expect(several([...times(5, by('a')), by('b')])).toBe(0);
		expect(several([by('b'), ...times(4, by('a'))])).toBe(0.15);
		// As sustained as the anger is.
		expect(several([by('a'), by('b')])).toBe(0.14);
		expect(text('several-speakers', [by('a'), by('b'), by('c'), by('a')])).toBe('3 members are part of it');
	});

	it('is one alone who is worth 0.08, with half of the talk and 15 s of anger', () => {
		const alone = (lines: readonly Line[]): number => points('dominant-speaker', lines);
		const angry = times(3, by('a', { durationMs: 5000 }));
		expect(alone(angry)).toBe(0.08);
		expect(alone(times(3, by('a', { durationMs: 4999 })))).toBe(0);
		expect(alone([...angry, by('b', { ...CALM, durationMs: 15_000 })])).toBe(0.08);
		expect(alone([...angry, by('b', { ...CALM, durationMs: 15_001 })])).toBe(0);
		// As sustained as the anger is.
		expect(alone([...angry, ...times(3, by('a', { ...CALM, durationMs: 1000 }))])).toBe(0.06);
		expect(text('dominant-speaker', angry)).toBe('one member carries it alone');
		// The talk of one who is angry is all of it, that which the model is undecided of included.
		expect(
			alone([...angry, by('a', { ...UNDECIDED, durationMs: 5000 }), by('b', { ...CALM, durationMs: 20_000 })]),
		).toBe(0.08);
		expect(alone([...angry, by('b', { durationMs: 5000 })])).toBe(0);
	});
});

describe('talking at the same time', () => {
	it('is worth 0.10 from 0.3 above the usual on, and in proportion below', () => {
		const overlap = (share: number, usualOverlap = 0.1): number =>
			points('overlap', times(3, { overlap: share }), { usualOverlap });
		expect(overlap(0.4)).toBe(0.1);
		expect(overlap(0.9)).toBe(0.1);
		expect(overlap(0.25)).toBe(0.05);
		expect(overlap(0.1)).toBe(0);
		expect(overlap(0.25, 0.25)).toBe(0);
		expect(text('overlap', times(3, { overlap: 0.4 }))).toBe('40 % of it is said at the same time');
		expect(points('overlap', [{ overlap: 0.9 }])).toBe(0);
		// As sustained as the anger is.
		expect(points('overlap', [...times(3, { overlap: 0.9 }), ...times(3, { ...CALM, overlap: 0.9 })])).toBe(0.08);
	});
});

describe('what takes away', () => {
	const laugh = (at = NOW, weight = 1) => ({ at, speakerId: 'c', weight });

	it('is laughter by 0.25 each time, twice at most, half as much after 20 s', () => {
		const less = (...laughs: ReturnType<typeof laugh>[]): number => points('laughter', times(4), { laughs });
		expect(less(laugh())).toBe(-0.25);
		expect(less(laugh(), laugh())).toBe(-0.5);
		expect(less(laugh(), laugh(), laugh())).toBe(-0.5);
		expect(less(laugh(NOW - 20_000))).toBe(-0.12);
		expect(less(laugh(NOW, 0.5))).toBe(-0.12);
		expect(text('laughter', times(4), { laughs: [laugh(), laugh()] })).toBe('2 times there was laughter');
	});

	it('is play from 15 % of the talk on, by 0.20 from half of it on', () => {
		const play = (angry: number, playful: number, undecided = 0): number =>
			points('play', [
				...times(playful, { ...CALM, joy: 0.9 }),
				...times(undecided, { ...UNDECIDED, joy: 0.9 }),
				...times(angry, { valence: -0.5 }),
			]);
		expect(play(17, 3)).toBe(0);
		expect(play(15, 5)).toBe(-0.05);
		expect(play(10, 10)).toBe(-0.2);
		expect(play(10, 10, 20)).toBe(-0.1);
		expect(text('play', [...times(5, { ...CALM, joy: 0.9 }), ...times(15)])).toBe('25 % of the talk sounds playful');
	});

	it('takes what there is, and each line its share of it', () => {
		const playful = times(2, { ...CALM, joy: 0.9 });
		const { score, reasons } = scored([...playful, {}], { laughs: [laugh(), laugh(), laugh()] });
		expect(reasons.map(({ code, points: worth }) => [code, worth])).toEqual([
			['sustained-anger', 0.1],
			['laughter', -0.07],
			['play', -0.02],
		]);
		expect(score).toBeCloseTo(0.01, 10);
	});
});

describe('the score', () => {
	it('is 1 at most, whatever there is', () => {
		expect(scored(times(6, { overlap: 0.9 })).score).toBe(1);
	});

	it('has no line for what is worth nothing, and says who was angry', () => {
		const { reasons, speakers } = scored([{ speakerId: 'a' }, { ...CALM, speakerId: 'b' }, { speakerId: 'a' }]);
		expect(reasons.every(({ points: worth }) => Math.abs(worth) >= 0.01)).toBe(true);
		expect(speakers).toEqual(['a']);
	});
});

describe('an evident quarrel', () => {
	const evident = (lines: readonly Line[], more: Partial<Conversation> = {}): boolean => scored(lines, more).evident;

	it('has three angry turns, valence of −0.2, a rise of 0.1 and company, all of them', () => {
		expect(evident(times(3, { valence: -0.2 }))).toBe(true);
		expect(evident(times(2))).toBe(false);
		expect(evident(times(3, { valence: -0.19 }))).toBe(false);
		expect(evident(times(3, { anger: 0.51 }), { usualAnger: 0.4 })).toBe(true);
		expect(
			evident([...times(2, { anger: 0.51 }), { anger: 0.9 }, ...times(3, { anger: 0.49 })], { usualAnger: 0.4 }),
		).toBe(false);
		expect(evident([...times(3, { anger: 0.5 }), { ...CALM, valence: -1 }], { usualAnger: 0.4 })).toBe(false);
		expect(evident(times(3, { speakerId: 'a' }))).toBe(false);
		expect(evident(times(3, { speakerId: 'a', durationMs: 5000 }))).toBe(true);
	});

	it('is elevated still while the last six turns are 0.1 above the usual', () => {
		const elevated = (lines: readonly Line[], usualAnger = 0.1): boolean => scored(lines, { usualAnger }).elevated;
		expect(elevated([...times(5, { anger: 0.21 }), CALM])).toBe(false);
		expect(elevated([...times(5, { anger: 0.25 }), CALM])).toBe(true);
		expect(elevated([...times(3, { anger: 0.9 }), ...times(6, CALM)])).toBe(false);
		expect(elevated([])).toBe(false);
	});
});
