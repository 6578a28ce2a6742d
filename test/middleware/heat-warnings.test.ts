import { describe, expect, it } from 'vitest';
import { conversation } from './conversation.ts';

describe('a conversation, from calm to an alert and back,', () => {
	it('in which anger is all there ever is stays hot, and is warned of once', async () => {
		const { exchange, states, alerts, heats } = conversation();
		await exchange(600, 'anger');
		expect(states().at(-1)).toBe('hot');
		expect(new Set(states().slice(10))).toEqual(new Set(['hot']));
		expect(alerts()).toHaveLength(1);
		for (const { score, reasons } of heats) {
			expect(score).toBeCloseTo(reasons.reduce((sum, { points }) => sum + points, 0));
		}
	});

	it('is judged by the thresholds that the community has shifted', async () => {
		const alertsWith = async (thresholdShift: number) => {
			const settings = { alerts: { mode: 'monitor' as const, thresholdShift } };
			const { turn, raised } = conversation({ settings });
			for (let round = 0; round < 12; round++) {
				await turn('ab'[round % 2] as string, 'anger', { share: 0.55 });
				await turn('c', 'neutral');
			}
			return raised;
		};
		const [strict] = await alertsWith(-0.2);
		expect(strict?.thresholds?.warm).toBeCloseTo(0.1);
		expect(strict?.thresholds?.hot).toBeCloseTo(0.35);
		expect(await alertsWith(0.2)).toEqual([]);
	});

	it('of hours in which a quarrel comes up once is warned of that once', async () => {
		const { exchange, alerts, now, states } = conversation();
		for (let round = 0; round < 100; round++) {
			for (const emotion of ['neutral', 'happiness', 'surprise', 'neutral'] as const) await exchange(2, emotion);
			await exchange(1, 'anger', 0.6);
		}
		expect(new Set(states())).toEqual(new Set(['calm']));
		const began = now();
		await exchange(8, 'anger');
		expect(alerts()).toHaveLength(1);
		expect((alerts()[0]?.at ?? 0) - began).toBeLessThanOrEqual(30_000);
		await exchange(40, 'neutral');
		expect(alerts()).toHaveLength(1);
		expect(states().at(-1)).toBe('calm');
	});

	it('is warned of again when a second quarrel begins within the cooldown and outlasts it', async () => {
		const { exchange, alerts, pass, states } = conversation();
		await exchange(5, 'neutral');
		await exchange(8, 'anger');
		pass(30_000);
		await exchange(12, 'neutral');
		expect(states().at(-1)).toBe('calm');
		await exchange(200, 'anger');
		const [first, second, ...more] = alerts().map(({ at }) => at);
		expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(300_000);
		expect((second ?? 0) - (first ?? 0)).toBeLessThanOrEqual(304_000);
		expect(more).toEqual([]);
	});

	it('plays as in the demo: warm, hot, one alert, cooling, and calm soon after', async () => {
		const { turn, pass, states, alerts, now } = conversation();
		const quick: typeof turn = async (...what) => {
			pass(-500);
			await turn(...what);
		};
		const talk = ['happiness', 'happiness', 'neutral', 'neutral', 'surprise'] as const;
		for (const [index, emotion] of talk.entries()) await quick('cab'[index % 3] as string, emotion);
		for (let round = 0; round < 6; round++) await quick(round % 2 ? 'a' : 'b', 'anger', { share: 0.65 });
		pass(4000);
		const over = now();
		let calmAt = 0;
		for (const [index, emotion] of [...talk, ...talk].entries()) {
			await quick('cba'[index % 3] as string, emotion);
			if (states().at(-1) === 'calm') calmAt ||= now();
		}
		expect(states().filter((state, index) => state !== states()[index - 1])).toEqual([
			'calm',
			'warm',
			'hot',
			'cooling',
			'calm',
		]);
		expect(alerts()).toHaveLength(1);
		expect(calmAt - over).toBeLessThanOrEqual(25_000);
	});
});
