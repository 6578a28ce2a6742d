import { describe, expect, it } from 'vitest';
import { affectOf, EMOTIONS, type Emotion, type Probabilities, type SesEvent } from '../../src/domain/index.ts';
import { keptBelow } from '../../src/middleware/heat-score.ts';
import {
	adaptiveReply,
	channelHeat,
	compose,
	consentGate,
	type EmotionContext,
	escalation,
	type Heat,
	heatOptions,
	scoreHeat,
	smoothing,
} from '../../src/middleware/index.ts';

/** A turn in which `emotion` has probability `share` and the rest is even. */
const mostly = (emotion: Emotion, share = 0.8): Probabilities =>
	Object.fromEntries(
		EMOTIONS.map((each) => [each, each === emotion ? share : (1 - share) / 8]),
	) as unknown as Probabilities;

/** A conversation through the steps that make heat, with all that was published. */
function conversation(options: Parameters<typeof escalation>[3] = {}) {
	const events: SesEvent[] = [];
	const said: string[] = [];
	const publish = (event: SesEvent): number => events.push(event);
	const notifier = { say: async (channelId: string, text: string) => said.push(`${channelId}: ${text}`) > 0 };
	const heat = channelHeat(publish);
	const run = compose([
		consentGate(),
		smoothing(),
		heat,
		escalation(notifier, publish, ({ score }) => `alert ${score > 0.5}`, options),
		adaptiveReply(notifier, publish, (cause) => cause),
	]);
	let at = 1_000_000;
	const heats: Heat[] = [];
	/** An utterance that ends now. */
	const utterance = async (
		speakerId: string,
		emotion: Emotion,
		{
			label = emotion,
			durationMs = 3000,
			share = 0.8,
		}: { label?: EmotionContext['result']['label']; durationMs?: number; share?: number } = {},
	) => {
		const probabilities = mostly(emotion, share);
		const context: EmotionContext = {
			result: {
				utteranceId: `u${at}`,
				sessionId: 's',
				speakerId,
				startMs: at - durationMs,
				endMs: at,
				label,
				confidence: share,
				...affectOf(probabilities),
				probabilities,
				quality: { durationMs, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 },
				model: 'test@1',
			},
			guildId: 'g',
			channelId: 'c',
			locale: 'en',
			at,
			signal: new AbortController().signal,
		};
		await run(context);
		heats.push(context.heat as Heat);
	};
	/** What one says in an exchange: three seconds, and one until the next begins. */
	const turn: typeof utterance = async (...what) => {
		at += 4000;
		await utterance(...what);
	};
	return {
		events,
		heats,
		said,
		turn,
		utterance,
		/** Speech without a pause, as the segmenter splits it: parts of 6 s that share half a second. */
		monologue: async (speakerId: string, emotion: Emotion, parts: number) => {
			at += 6000;
			for (let part = 0; part < parts; part++) {
				await utterance(speakerId, emotion, { durationMs: 6000 });
				at += 5500;
			}
		},
		exchange: async (turns: number, emotion: Emotion, share?: number) => {
			for (let index = 0; index < turns; index++) {
				await turn(index % 2 ? 'b' : 'a', emotion, share === undefined ? {} : { share });
			}
		},
		now: () => at,
		forget: (speakerId?: string) => heat.forget?.('s', speakerId),
		pass: (ms: number) => {
			at += ms;
		},
		states: () => events.flatMap((event) => (event.type === 'heat' ? [event.state] : [])),
		alerts: () => events.filter((event) => event.type === 'alert'),
	};
}

describe('scoreHeat', () => {
	it('is the sum of its reasons', () => {
		const turns = [0, 1, 2, 3].map((index) => ({
			at: index,
			speakerId: `m${index % 2}`,
			anger: 0.8,
			valence: -0.5,
			durationMs: 2000,
		}));
		const { score, reasons, contributors } = scoreHeat(turns, 0.1, 3);
		expect(score).toBeCloseTo(reasons.reduce((sum, reason) => sum + reason.points, 0));
		expect(contributors).toBe(2);
		expect(reasons.map((reason) => reason.code)).toEqual([
			'sustained-anger',
			'negative-valence',
			'rising-trend',
			'several-speakers',
		]);
	});

	it('keeps below a limit and is the sum of its reasons still', () => {
		const turns = [0, 1, 2, 3].map((index) => ({
			at: index,
			speakerId: `m${index % 2}`,
			anger: 0.8,
			valence: -0.5,
			durationMs: 2000,
		}));
		const found = scoreHeat(turns, 0.1, 3);
		for (const limit of [0.55, 0.4, 0.2, 0.01]) {
			const { score, reasons } = keptBelow(found, limit);
			expect(score).toBeLessThan(limit);
			expect(score).toBeGreaterThanOrEqual(Math.max(0, limit - 0.05));
			expect(score).toBeCloseTo(reasons.reduce((sum, { points }) => sum + points, 0));
		}
		expect(keptBelow(found, 1.1)).toBe(found);
	});

	it('finds nothing to say about silence', () => {
		expect(scoreHeat([], 0, 0)).toEqual({
			score: 0,
			contributors: 0,
			reasons: [],
			evident: false,
			elevated: false,
		});
	});
});

describe('a conversation', () => {
	it('that turns into a quarrel warms up, gets hot, and is warned of once', async () => {
		const { turn, states, alerts, said } = conversation();
		for (const speaker of ['a', 'b', 'c', 'a']) await turn(speaker, 'neutral');
		expect(new Set(states())).toEqual(new Set(['calm']));
		for (const speaker of ['a', 'b', 'a', 'b', 'a', 'b']) await turn(speaker, 'anger');
		expect(states().at(-1)).toBe('hot');
		expect(states()).toContain('warm');
		expect(alerts()).toMatchObject([{ mode: 'monitor' }]);
		expect(said).toEqual(['c: deescalate']);
	});

	it('that calms down again cools before it is calm, and is thanked', async () => {
		const { turn, states, said, pass } = conversation();
		for (const speaker of ['a', 'b', 'a', 'b', 'a', 'b']) await turn(speaker, 'anger');
		pass(20_000);
		for (let round = 0; round < 10; round++) await turn(round % 2 ? 'a' : 'b', 'neutral');
		expect(states()).toContain('cooling');
		expect(states().at(-1)).toBe('calm');
		expect(said).toEqual(['c: deescalate', 'c: cooled']);
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
		const { turn, events, forget, states, heats, said } = conversation();
		for (let round = 0; round < 6; round++) await turn('a', 'anger');
		expect(states().at(-1)).toBe('hot');
		forget('a');
		await turn('b', 'neutral');
		expect(events.at(-1)).toMatchObject({ type: 'heat', state: 'calm', contributors: 0, score: 0 });
		expect(heats.at(-1)?.previous).toBe('calm');
		expect(said).toEqual(['c: deescalate']);
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

	it('with one who talks long and angrily without a pause has one angry turn', async () => {
		const { monologue, states, alerts, heats } = conversation();
		await monologue('a', 'anger', 10);
		expect(new Set(states())).toEqual(new Set(['calm']));
		expect(heats.at(-1)?.reasons.map(({ text }) => text)).toContain('1 of 1 turns sounded angry');
		expect(alerts()).toEqual([]);
	});

	it('takes what one says in one breath together although the model was unsure of a part of it', async () => {
		const { utterance, pass, heats } = conversation();
		for (const label of ['anger', 'unsure', 'anger', 'unsure', 'anger'] as const) {
			pass(5500);
			await utterance('a', 'anger', { label, durationMs: 6000 });
		}
		expect(heats.at(-1)?.reasons.map(({ text }) => text)).toContain('1 of 1 turns sounded angry');
	});

	it('gives the parts of a turn the weight of their length', async () => {
		const { turn, heats, pass, utterance } = conversation();
		await turn('a', 'anger', { durationMs: 6000 });
		pass(500);
		await utterance('a', 'neutral', { durationMs: 1000 });
		expect(heats.at(-1)?.contributors).toBe(1);
		for (let part = 0; part < 3; part++) {
			pass(5500);
			await utterance('a', 'neutral', { durationMs: 6000 });
		}
		expect(heats.at(-1)).toMatchObject({ contributors: 0, score: 0 });
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

	it('in which anger is all there ever is, is not hot for long', async () => {
		const { exchange, events, states, alerts, heats } = conversation();
		await exchange(600, 'anger', 0.7);
		const hot = events.filter((event) => event.type === 'heat' && event.state === 'hot');
		expect((hot.at(-1)?.at ?? 0) - (hot[0]?.at ?? 0)).toBeLessThan(10 * 60_000);
		expect(states().at(-1)).not.toBe('hot');
		expect(alerts()).toHaveLength(1);
		for (const { score, reasons } of heats) {
			expect(score).toBeCloseTo(reasons.reduce((sum, { points }) => sum + points, 0));
		}
	});

	it('is not hot without negative valence, whatever the model makes of it', () => {
		const turns = Array.from({ length: 6 }, (_, index) => ({
			at: index,
			speakerId: `m${index % 2}`,
			anger: 0.9,
			valence: 0.1,
			durationMs: 2000,
		}));
		expect(scoreHeat(turns, 0.1, 6)).toMatchObject({ evident: false, elevated: true });
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

	it('calls the moderators in live mode, and names nobody', async () => {
		const moderators = '123456789012345678';
		const { turn, alerts, said } = conversation({ mode: 'live', alertChannelId: moderators });
		for (let round = 0; round < 6; round++) await turn(round % 2 ? 'speaker-one' : 'speaker-two', 'anger');
		expect(alerts()).toMatchObject([{ mode: 'live', contributors: 2 }]);
		expect(said).toContain(`${moderators}: alert true`);
		expect(JSON.stringify([alerts(), said])).not.toContain('speaker-');
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
