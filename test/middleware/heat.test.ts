import { describe, expect, it } from 'vitest';
import { affectOf, EMOTIONS, type Emotion, type Probabilities, type SesEvent } from '../../src/domain/index.ts';
import {
	adaptiveReply,
	channelHeat,
	compose,
	consentGate,
	type EmotionContext,
	escalation,
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
	const turn = async (speakerId: string, emotion: Emotion, label: EmotionContext['result']['label'] = emotion) => {
		at += 4000;
		const probabilities = mostly(emotion);
		await run({
			result: {
				utteranceId: `u${at}`,
				sessionId: 's',
				speakerId,
				startMs: at - 3000,
				endMs: at,
				label,
				confidence: 0.8,
				...affectOf(probabilities),
				probabilities,
				quality: { durationMs: 3000, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 },
				model: 'test@1',
			},
			guildId: 'g',
			channelId: 'c',
			locale: 'en',
			at,
			signal: new AbortController().signal,
		});
	};
	return {
		events,
		said,
		turn,
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

	it('finds nothing to say about silence', () => {
		expect(scoreHeat([], 0, 0)).toEqual({ score: 0, contributors: 0, reasons: [] });
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
		for (let round = 0; round < 8; round++) await turn(round % 2 ? 'a' : 'b', 'anger', 'unsure');
		expect(new Set(states())).toEqual(new Set(['calm']));
	});

	it('forgets who withdraws', async () => {
		const { turn, events, forget } = conversation();
		for (let round = 0; round < 4; round++) await turn('a', 'anger');
		forget('a');
		await turn('b', 'neutral');
		expect(events.at(-1)).toMatchObject({ type: 'heat', contributors: 0, score: 0 });
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
