import { describe, expect, it } from 'vitest';
import { firstImpression } from '../../src/middleware/index.ts';
import { resultAt, type Spoken } from './conversation.ts';

/** What is told of 2 s of somebody who sounds angry. */
const told = (spoken: Spoken = {}) => firstImpression(resultAt(5000, 'a', 'anger', { durationMs: 2000, ...spoken }));

describe('a first impression', () => {
	it('is what the model says', () => {
		expect(told()).toEqual(resultAt(5000, 'a', 'anger', { durationMs: 2000 }));
	});

	it('is none of what is no speech', () => {
		expect(told({ dominantSound: 'laughter' })).toMatchObject({ label: 'unsure', unsureReason: 'not-speech' });
	});

	it('is none while others talk for more than half of it', () => {
		expect(told({ overlapMs: 1000 }).label).toBe('anger');
		expect(told({ overlapMs: 1001 })).toMatchObject({ label: 'unsure', unsureReason: 'overlapped' });
	});
});
