import { describe, expect, it } from 'vitest';
import { heatOptions } from '../../src/middleware/index.ts';
import { conversation } from './conversation.ts';

describe('a conversation', () => {
	it('that turns into a quarrel warms up, gets hot, and is warned of once', async () => {
		const { turn, states, alerts } = conversation();
		for (const speaker of ['a', 'b', 'c', 'a']) await turn(speaker, 'neutral');
		expect(new Set(states())).toEqual(new Set(['calm']));
		for (const speaker of ['a', 'b', 'a', 'b', 'a', 'b']) await turn(speaker, 'anger');
		expect(states().at(-1)).toBe('hot');
		expect(states()).toContain('warm');
		expect(alerts()).toMatchObject([{ mode: 'monitor' }]);
	});

	it('that calms down again cools before it is calm', async () => {
		const { turn, states, pass } = conversation();
		for (const speaker of ['a', 'b', 'a', 'b', 'a', 'b']) await turn(speaker, 'anger');
		pass(20_000);
		for (let round = 0; round < 10; round++) await turn(round % 2 ? 'a' : 'b', 'neutral');
		expect(states()).toContain('cooling');
		expect(states().at(-1)).toBe('calm');
	});

	it('with a single outburst is no quarrel', async () => {
		const { turn, states, alerts } = conversation();
		for (const speaker of ['a', 'b', 'c']) await turn(speaker, 'neutral');
		await turn('a', 'anger');
		for (const speaker of ['b', 'c', 'a']) await turn(speaker, 'happiness');
		expect(states()).not.toContain('hot');
		expect(alerts()).toEqual([]);
	});

	it('that is sad, afraid or joyful stays calm', async () => {
		for (const emotion of ['sadness', 'fear', 'happiness', 'surprise'] as const) {
			const { turn, states } = conversation();
			for (let round = 0; round < 8; round++) await turn(round % 2 ? 'a' : 'b', emotion);
			expect(new Set(states())).toEqual(new Set(['calm']));
		}
	});

	it('is not heated by what the model is unsure of', async () => {
		const { turn, states } = conversation();
		for (let round = 0; round < 8; round++) await turn(round % 2 ? 'a' : 'b', 'anger', { label: 'unsure' });
		expect(new Set(states())).toEqual(new Set(['calm']));
	});

	it('counts a long monologue by its time: one turn up to eight seconds, another for every eight more', async () => {
		const { monologue, heats } = conversation();
		await monologue('a', 'anger', 1);
		const said = () => heats.at(-1)?.reasons.map(({ text }) => text);
		expect(said()).toContain('1 of 1 turns sounded angry');
		const long = conversation();
		await long.monologue('a', 'anger', 6);
		// Six parts of which five share half a second with the one before: 33.5 s.
		expect(long.heats.at(-1)?.reasons.map(({ text }) => text)).toContain('4 of 4 turns sounded angry');
	});

	it('of two who rage without a pause, one after the other, is found within half a minute', async () => {
		const { monologue, alerts, now } = conversation();
		const began = now();
		await monologue('a', 'anger', 3);
		await monologue('b', 'anger', 3);
		expect(alerts()).toHaveLength(1);
		expect((alerts()[0]?.at ?? 0) - began).toBeLessThanOrEqual(30_000);
	});

	it('takes what one says in one breath together although the model was unsure of a part of it', async () => {
		const { utterance, pass, heats } = conversation();
		for (const label of ['anger', 'unsure', 'anger', 'unsure', 'anger'] as const) {
			pass(5500);
			await utterance('a', 'anger', { label, durationMs: 6000 });
		}
		expect(heats.at(-1)?.reasons.map(({ text }) => text)).toContain('2 of 2 turns sounded angry');
	});

	it('heats up by one member alone who speaks in anger again and again', async () => {
		const { turn, heats, alerts } = conversation();
		for (let round = 0; round < 8; round++) await turn('a', 'anger');
		expect(heats.at(-1)?.reasons.map(({ code }) => code)).toContain('dominant-speaker');
		expect(alerts()).toHaveLength(1);
	});

	it('that begins as a quarrel is found within half a minute', async () => {
		const { turn, heats } = conversation();
		let turns = 0;
		while (heats.at(-1)?.state !== 'hot' && turns < 20) await turn(turns++ % 2 ? 'a' : 'b', 'anger');
		expect(turns * 4000).toBeLessThanOrEqual(30_000);
		expect(turns).toBeGreaterThanOrEqual(3);
	});

	it('in which one voice always sounds a little angry is read against that voice', async () => {
		const { turn, states } = conversation();
		for (let round = 0; round < 60; round++) {
			await turn('a', 'anger', { share: 0.55 });
			await turn('b', 'neutral');
		}
		expect(states()).not.toContain('hot');
	});

	it('cools for a while before it is calm, however calm it sounds', async () => {
		const { exchange, turn, changes, pass, heats } = conversation();
		await exchange(8, 'anger');
		pass(70_000);
		await turn('a', 'neutral');
		expect(heats.at(-1)?.state).toBe('cooling');
		await turn('b', 'neutral');
		expect(heats.at(-1)?.state).toBe('cooling');
		await turn('a', 'neutral');
		expect(changes().at(-1)).toBe('calm');
	});

	it('with laughter does not get hot by what a serious one does', async () => {
		const banter = async (laughing: boolean) => {
			const { turn, states } = conversation();
			const between = laughing
				? ({ label: 'unsure', dominantSound: 'laughter' } as const)
				: ({ label: 'unsure' } as const);
			for (let round = 0; round < 6; round++) {
				await turn('a', 'anger');
				await turn('c', 'neutral', between);
				await turn('b', 'happiness');
				await turn('b', 'anger');
				await turn('c', 'neutral', between);
				await turn('a', 'neutral');
			}
			return states();
		};
		expect(await banter(false)).toContain('hot');
		expect(await banter(true)).not.toContain('hot');
	});
});

describe('heatOptions', () => {
	it.each([
		['warmAt', { warmAt: 0.6 }],
		['coolBelow', { coolBelow: 0.6 }],
		['calmBelow', { calmBelow: 0.35 }],
	])('refuses %s above what it is below', (path, options) => {
		const { error } = heatOptions.safeParse(options);
		expect(error?.issues).toMatchObject([{ path: [path], message: expect.stringContaining('must not be above') }]);
	});

	it('takes thresholds that fall together', () => {
		expect(heatOptions.safeParse({ warmAt: 0.5, hotAt: 0.5, coolBelow: 0.5, calmBelow: 0.5 }).success).toBe(true);
	});
});
