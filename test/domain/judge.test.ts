import { describe, expect, it } from 'vitest';
import { type AudioQuality, judge, toProbabilities } from '../../src/domain/index.ts';

const good: AudioQuality = { durationMs: 2000, levelDb: -25, clippedShare: 0, lossShare: 0, snrDb: 30 };
const angry = { probabilities: toProbabilities([4, 0, 0, 0, 0, 0, 0, 0, 0]), model: 'test@1' };
const utterance = (quality: Partial<AudioQuality> = {}) => ({
	id: 'u1',
	sessionId: 's',
	speakerId: 'm',
	startMs: 0,
	endMs: 2000,
	quality: { ...good, ...quality },
});

describe('judge', () => {
	it('labels clear speech with the likeliest emotion', () => {
		const result = judge(utterance(), angry);
		expect(result).toMatchObject({ label: 'anger', utteranceId: 'u1', model: 'test@1' });
		expect(result.confidence).toBeCloseTo(angry.probabilities.anger);
		expect(result.valence).toBeLessThan(0);
	});

	it.each([
		['short', { durationMs: 300 }],
		['quiet', { levelDb: -70 }],
		['noisy', { snrDb: 1 }],
		['clipped', { clippedShare: 0.3 }],
		['lossy', { lossShare: 0.6 }],
	])('is unsure of %s speech', (_, quality) => {
		expect(judge(utterance(quality), angry).label).toBe('unsure');
	});

	it('is unsure when the model is', () => {
		const flat = { probabilities: toProbabilities([0.1, 0, 0, 0, 0, 0, 0, 0, 0]), model: 'test@1' };
		expect(judge(utterance(), flat).label).toBe('unsure');
		expect(judge(utterance(), flat, { unsureBelow: 0.1 }).label).toBe('anger');
	});
});
