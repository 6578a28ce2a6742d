import { describe, expect, it } from 'vitest';
import { keptBelow } from '../../src/middleware/heat-score.ts';
import { scoreHeat, type Turn } from '../../src/middleware/index.ts';
import { turnOf, USUAL } from './turns.ts';

const quarrel = (more: Partial<Turn> = {}) => [0, 1, 2, 3].map((index) => turnOf(index, more));
const codes = ({ reasons }: ReturnType<typeof scoreHeat>) => reasons.map(({ code }) => code);

describe('scoreHeat', () => {
	it('is the sum of its reasons', () => {
		const { score, reasons, speakers } = scoreHeat({ ...USUAL, turns: quarrel() }, 3);
		expect(score).toBeCloseTo(reasons.reduce((sum, reason) => sum + reason.points, 0));
		expect(speakers).toEqual(['m0', 'm1']);
		expect(reasons.map((reason) => reason.code)).toEqual([
			'sustained-anger',
			'negative-valence',
			'rising-trend',
			'several-speakers',
		]);
	});

	it('keeps below a limit and is the sum of its reasons still', () => {
		const found = scoreHeat({ ...USUAL, turns: quarrel(), laughs: [{ at: 3, speakerId: 'm2', weight: 0.5 }] }, 3);
		for (const limit of [0.55, 0.4, 0.2, 0.01]) {
			const { score, reasons } = keptBelow(found, limit);
			expect(score).toBeLessThan(limit);
			expect(score).toBeGreaterThanOrEqual(Math.max(0, limit - 0.06));
			expect(score).toBeCloseTo(reasons.reduce((sum, { points }) => sum + points, 0));
		}
		expect(keptBelow(found, found.score).score).toBeLessThan(found.score);
		expect(keptBelow(found, 0.02).reasons.every(({ points }) => points !== 0)).toBe(true);
		expect(keptBelow(found, 1.1)).toBe(found);
	});

	it('finds nothing to say about silence', () => {
		const silence = scoreHeat({ ...USUAL, turns: [] }, 0);
		expect(silence).toEqual({ score: 0, speakers: [], reasons: [], evident: false, elevated: false });
	});

	it('adds a line where they talk over each other more than is usual, and none where that is usual', () => {
		const turns = quarrel({ overlap: 0.4, anger: 0.6 }).slice(0, 2);
		const raised = scoreHeat({ ...USUAL, turns }, 3);
		const usual = scoreHeat({ ...USUAL, turns, usualOverlap: 0.4 }, 3);
		expect(codes(raised)).toContain('overlap');
		expect(codes(usual)).not.toContain('overlap');
		expect(raised.score).toBeGreaterThan(usual.score);
	});

	it('takes away for laughter, less the longer ago it was', () => {
		const turns = quarrel();
		const laughs = [0, 1].map((at) => ({ at, speakerId: 'm2', weight: 1 }));
		const serious = scoreHeat({ ...USUAL, turns }, 3);
		const fresh = scoreHeat({ ...USUAL, turns, laughs }, 3);
		const past = scoreHeat({ ...USUAL, turns, laughs: laughs.map((laugh) => ({ ...laugh, at: -40_000 })) }, 3);
		expect(fresh.reasons.at(-1)).toMatchObject({ code: 'laughter', points: expect.any(Number) });
		expect(fresh.score).toBeLessThanOrEqual(serious.score - 0.25);
		expect(past.score).toBeGreaterThan(fresh.score);
		expect(past.score).toBeLessThan(serious.score);
	});

	it('takes away for play, and never more than there is', () => {
		const playful = Array.from({ length: 4 }, (_, index) => turnOf(index, { anger: 0.1, joy: 0.9, valence: 0.7 }));
		const found = scoreHeat({ ...USUAL, turns: [...quarrel(), ...playful] }, 4);
		expect(codes(found)).toContain('play');
		const laughs = [0, 1, 2, 3].map((at) => ({ at, speakerId: 'm2', weight: 1 }));
		const mild = scoreHeat({ ...USUAL, turns: [turnOf(0), ...playful], laughs }, 4);
		expect(mild.score).toBeGreaterThanOrEqual(0);
		expect(mild.score).toBeCloseTo(mild.reasons.reduce((sum, { points }) => sum + points, 0));
	});

	it('does not take one angry turn of a second member for a quarrel of two', () => {
		const own = [0, 1, 2, 3, 4, 5].map((index) => turnOf(index, { speakerId: 'm0', durationMs: 3000 }));
		const found = scoreHeat({ ...USUAL, turns: [...own, turnOf(6, { speakerId: 'm1', anger: 0.55 })] }, 6);
		expect(codes(found)).toContain('dominant-speaker');
		expect(codes(found)).not.toContain('several-speakers');
	});

	it('is not evident by one who is angry beside others who are not', () => {
		const turns = Array.from({ length: 12 }, (_, index) =>
			index % 3 === 0
				? turnOf(index, { speakerId: 'm0' })
				: turnOf(index, { speakerId: `m${index % 3}`, anger: 0.05, valence: -0.3 }),
		);
		expect(scoreHeat({ ...USUAL, turns }, 12).evident).toBe(false);
	});

	it('never takes much anger for usual', () => {
		expect(scoreHeat({ ...USUAL, turns: quarrel(), usualAnger: 0.8 }, 3).evident).toBe(true);
	});

	it('is not hot without negative valence, whatever the model makes of it', () => {
		const turns = Array.from({ length: 6 }, (_, index) => turnOf(index, { anger: 0.9, valence: 0.1 }));
		expect(scoreHeat({ ...USUAL, turns }, 6)).toMatchObject({ evident: false, elevated: true });
	});
});
