import { describe, expect, it } from 'vitest';
import { keptBelow } from '../../src/middleware/heat-score.ts';
import { heatOptions, scoreHeat, type Turn } from '../../src/middleware/index.ts';
import { conversation } from './conversation.ts';

const turnOf = (index: number, more: Partial<Turn> = {}): Turn => ({
	at: index,
	speakerId: `m${index % 2}`,
	anger: 0.8,
	joy: 0,
	valence: -0.5,
	durationMs: 2000,
	overlap: 0,
	count: 1,
	sure: true,
	...more,
});
const USUAL = { usualAnger: 0.1, usualOverlap: 0.1, laughs: [] };
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
});

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

	it('does not keep the anger of who withdrew as what is usual', async () => {
		const { exchange, turn, forget, alerts } = conversation({ cooldownMs: 0 });
		for (let round = 0; round < 150; round++) await turn('a', 'anger');
		forget('a');
		const before = alerts().length;
		await turn('b', 'neutral');
		await exchange(6, 'anger');
		expect(alerts()).toHaveLength(before + 1);
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

	it('is not hot without negative valence, whatever the model makes of it', () => {
		const turns = Array.from({ length: 6 }, (_, index) => turnOf(index, { anger: 0.9, valence: 0.1 }));
		expect(scoreHeat({ ...USUAL, turns }, 6)).toMatchObject({ evident: false, elevated: true });
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
