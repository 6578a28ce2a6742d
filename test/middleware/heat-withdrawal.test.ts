import { describe, expect, it } from 'vitest';
import { conversation } from './conversation.ts';

describe('the heat of a conversation that somebody leaves', () => {
	it('forgets who withdraws, and the state that was theirs', async () => {
		const { turn, events, forget, states, heats } = conversation();
		for (let round = 0; round < 6; round++) await turn('a', 'anger');
		expect(states().at(-1)).toBe('hot');
		forget('a');
		await turn('b', 'neutral');
		expect(events.at(-1)).toMatchObject({ type: 'heat', state: 'calm', contributors: 0, score: 0 });
		expect(heats.at(-1)?.previous).toBe('calm');
	});

	it('stays hot for those who go on when another withdraws', async () => {
		const { exchange, turn, forget, heats } = conversation();
		await exchange(10, 'anger');
		forget('a');
		await turn('b', 'anger');
		expect(heats.at(-1)).toMatchObject({ previous: 'hot', state: 'hot', contributors: 1 });
	});

	it('does not count the laughter of who has withdrawn', async () => {
		const { turn, exchange, forget, heats } = conversation();
		for (let round = 0; round < 3; round++) await turn('c', 'neutral', { label: 'unsure', dominantSound: 'laughter' });
		await exchange(4, 'anger');
		const laughed = () => heats.at(-1)?.reasons.some(({ code }) => code === 'laughter');
		expect(laughed()).toBe(true);
		forget('c');
		await turn('a', 'anger');
		expect(laughed()).toBe(false);
	});

	it('is calm when the session is over, and one begins that has its id', async () => {
		const { exchange, turn, forget, heats } = conversation();
		await exchange(10, 'anger');
		expect(heats.at(-1)?.state).toBe('hot');
		forget();
		await turn('a', 'neutral');
		expect(heats.at(-1)).toMatchObject({ previous: 'calm', state: 'calm', score: 0, contributors: 0 });
		expect(() => forget('a')).not.toThrow();
	});

	it('does not keep the anger of who withdrew as what is usual', async () => {
		const { exchange, turn, forget, alerts } = conversation({ cooldownMs: 0 });
		for (let round = 0; round < 150; round++) await turn('a', 'anger');
		forget('a');
		const before = alerts().length;
		await turn('b', 'neutral');
		await exchange(6, 'anger');
		expect(alerts()).toHaveLength(before + 1);
	});
});
